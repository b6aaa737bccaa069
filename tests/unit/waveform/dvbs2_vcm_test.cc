// VCM: everything that a PLHEADER may say changes from frame to frame.
#include "dvbs2_capture.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <random>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using namespace depinsat::waveform;
using namespace depinsat::waveform::test;

namespace {

constexpr double kEsN0Db = 20; // 32APSK 9/10 wants 16.05

/// MODCODs, frame sizes, pilots, ISI and stream types by chance, a fifth of the frames dummies.
class RandomSource final : public Dvbs2FrameSource
{
public:
    RandomSource(uint64_t seed, unsigned frames) : frames_(frames), random_(seed) {}

    bool next(Dvbs2FrameToSend& frame) override
    {
        if (sent.size() >= frames_ || random_() % 5 == 0)
            return false;
        do {
            frame.modcod = &framing::modcods()[random_() % framing::modcods().size()];
        } while (!(frame.modcod->ideal_esn0_db < kEsN0Db - 3) &&
                 frame.modcod->frame_size == framing::FrameSize::kNormal);
        frame.pilots = random_() % 2;
        frame.header = {};
        frame.header.ccm = false;
        frame.header.single_stream = false;
        frame.header.isi = uint8_t(random_());
        frame.header.stream_type =
            framing::StreamType(random_() % 2 ? 1 : 3); // continuous, transport
        frame.data_field = data_of(1, sent.size(), frame.modcod->data_field_bytes());
        sent.push_back(frame);
        return true;
    }

    bool done() const { return sent.size() >= frames_; }
    std::vector<Dvbs2FrameToSend> sent;

private:
    unsigned frames_;
    std::mt19937_64 random_;
};

std::vector<Sample> capture(RandomSource& source)
{
    Dvbs2Transmitter transmitter({}, source);
    std::vector<Sample> samples, piece(4096);
    const auto more = [&] {
        transmitter.generate(piece);
        samples.insert(samples.end(), piece.begin(), piece.end());
    };
    while (!source.done())
        more();
    for (int i = 0; i < 20; ++i) // the last frame, and dummies behind it
        more();
    return samples;
}

void check(const Received& received, const Dvbs2FrameToSend& sent)
{
    const auto& frame = received.frame;
    BOOST_TEST(frame.modcod->name == sent.modcod->name);
    BOOST_TEST((frame.modcod == sent.modcod));
    BOOST_TEST(frame.pilots == sent.pilots);
    BOOST_TEST((received.data == sent.data_field));
    BOOST_TEST(frame.header.isi == sent.header.isi);
    BOOST_TEST(!frame.header.ccm);
    BOOST_TEST(!frame.header.single_stream);
    BOOST_TEST((frame.header.stream_type == sent.header.stream_type));
}

} // namespace

BOOST_DATA_TEST_CASE(every_frame_of_any_kind_is_right, bdata::make({1, 2, 3}), seed)
{
    constexpr unsigned kFrames = 60, kToLock = 8;
    RandomSource source{uint64_t(seed), kFrames};
    CaptureSpec spec{.es_n0_db = kEsN0Db,
                     .offset = 0.02 * (seed - 2),
                     .clock_ppm = 30.0 * seed,
                     .phase = double(seed),
                     .seed = uint64_t(seed)};
    const auto reception = receive(receiver_config(spec), impair(spec, capture(source)));

    BOOST_TEST(reception.stats.lock_losses == 0);
    BOOST_TEST(reception.stats.failed_frames <= 2); // before the clock is settled
    unsigned right = 0;
    for (const auto& received : reception.frames) {
        if (received.frame.failure != Dvbs2Failure::kNone || received.data.size() < 8)
            continue;
        const uint64_t index = index_of(received.data);
        BOOST_REQUIRE_LT(index, source.sent.size());
        check(received, source.sent[index]);
        right += index >= kToLock;
    }
    BOOST_TEST(right == kFrames - kToLock);
}
