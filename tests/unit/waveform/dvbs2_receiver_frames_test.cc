#include "allocation_counter.h"
#include "depinsat/framing/plheader.h"
#include "depinsat/modulation/pulse_shaper.h"
#include "depinsat/waveform/dvbs2_encoder.h"
#include "dvbs2_vectors.h"
#include "unit/waveform/dvbs2_capture.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::waveform;
using namespace depinsat::waveform::test;
using framing::FrameSize;

namespace {

constexpr uint8_t kReserved = 29 << 2; // PLS code

/// Rows of symbols at two samples each, with an offset of 3 % of the symbol rate and noise.
class Channel
{
public:
    explicit Channel(double es_n0_db) : noise_(es_n0_db, 2, 1) {}

    void send(std::span<const Sample> symbols)
    {
        const size_t begin = samples_.size();
        samples_.resize(begin + 2 * symbols.size());
        const auto added = std::span(samples_).subspan(begin);
        shaper_.process(symbols, added);
        offset_.process(added);
        noise_.add_to(added);
    }

    /// All that was sent, and what is still in the filter.
    const std::vector<Sample>& finish()
    {
        send(std::vector<Sample>(shaper_.delay_symbols()));
        return samples_;
    }

private:
    modulation::PulseShaper shaper_{2, 0.20};
    channel::FrequencyOffset offset_{2, 0.03};
    channel::Awgn noise_;
    std::vector<Sample> samples_;
};

/// Frames of one MODCOD after another.
class Sender
{
public:
    std::span<const Sample> frame(std::string_view name, FrameSize size, bool pilots)
    {
        Dvbs2FrameToSend frame;
        frame.modcod = &framing::find_modcod(name, size);
        frame.pilots = pilots;
        frame.data_field = data_of(1, sent_++, frame.modcod->data_field_bytes());
        return encoder_.encode(frame);
    }

    unsigned sent() const { return sent_; }

private:
    Dvbs2Encoder encoder_{0.20, 0};
    unsigned sent_ = 0;
};

/// A PLFRAME of a reserved MODCOD: 29; PLS code 116, of 180 slots here.
std::vector<Sample> unknown_frame()
{
    std::vector<Sample> symbols(90 + 180 * 90);
    for (size_t i = 0; i < symbols.size(); ++i)
        symbols[i] = Sample(std::polar(1.0, double(i * i % 1009)));
    framing::write_plheader(kReserved, std::span(symbols).first<90>());
    return symbols;
}

} // namespace

BOOST_AUTO_TEST_CASE(modcod_size_and_pilots_may_change_with_every_frame)
{
    Channel channel(9);
    Sender sender;
    for (unsigned round = 0; round < 6; ++round)
        for (const bool pilots : {true, false}) {
            channel.send(sender.frame("qpsk_1-2", FrameSize::kShort, pilots));
            channel.send(sender.frame("8psk_2-3", FrameSize::kShort, pilots));
            channel.send(sender.frame("qpsk_3-4", FrameSize::kNormal, !pilots));
            channel.send(sender.frame("8psk_3-5", FrameSize::kNormal, pilots));
        }
    const CaptureSpec spec;
    const auto reception = receive(receiver_config(spec), channel.finish());
    BOOST_TEST(reception.good(spec, 0, 1000) == sender.sent());
    BOOST_TEST(reception.stats.lock_losses == 0u);
    for (const auto& [frame, data] : reception.frames) {
        const unsigned turn = frame.sequence % 8;
        BOOST_TEST(frame.modcod->name == (turn % 4 == 0   ? "qpsk_1-2"
                                          : turn % 4 == 1 ? "8psk_2-3"
                                          : turn % 4 == 2 ? "qpsk_3-4"
                                                          : "8psk_3-5"));
        BOOST_TEST(frame.pilots == ((turn < 4) != (turn % 4 == 2)));
    }
}

BOOST_AUTO_TEST_CASE(every_modcod_may_follow_every_other)
{
    Channel channel(18);
    Sender sender;
    for (unsigned i = 0; i < 2; ++i)
        for (const auto& modcod : framing::modcods())
            if (modcod.frame_size == FrameSize::kShort)
                channel.send(sender.frame(modcod.name, FrameSize::kShort, sender.sent() % 2));
    const CaptureSpec spec;
    const auto reception = receive(receiver_config(spec), channel.finish());
    BOOST_TEST(reception.good(spec, 0, 1000) == sender.sent());
    BOOST_TEST(reception.stats.failed_frames == 0u);
}

BOOST_AUTO_TEST_CASE(frames_that_are_not_built_are_passed_over)
{
    BOOST_REQUIRE(!framing::modcod_of_pls_code(kReserved));
    Channel channel(9);
    Sender sender;
    for (unsigned round = 0; round < 10; ++round) {
        channel.send(unknown_frame());
        channel.send(sender.frame("qpsk_1-2", FrameSize::kShort, round % 2));
        if (round % 3 == 0)
            channel.send(sender.frame("qpsk_1-2", FrameSize::kShort, true));
    }
    const CaptureSpec spec;
    const auto reception = receive(receiver_config(spec), channel.finish());
    BOOST_TEST(reception.good(spec, 0, 1000) == sender.sent());
    BOOST_TEST(reception.stats.failed_frames == 0u);
}

// Symbols of gr-dtv; one frame alone, which has no other to be verified by.
BOOST_DATA_TEST_CASE(a_frame_of_another_transmitter_that_stands_alone_comes_out,
                     boost::unit_test::data::make(depinsat::test::kDvbs2Chains),
                     chain)
{
    using depinsat::test::read_dvbs2_vector;
    Channel channel(chain.slots > 120 || chain.short_frame ? 17 : 26);
    channel.send(read_dvbs2_vector<Sample>(std::string(chain.name) + ".plframe.cf32"));
    const CaptureSpec spec{.pl_scrambling_n = chain.pl_scrambling_n};
    const auto reception = receive(receiver_config(spec), channel.finish());
    BOOST_REQUIRE(reception.frames.size() == 1u);
    const auto& [frame, data] = reception.frames[0];
    BOOST_TEST(frame.modcod->name == chain.modcod);
    BOOST_TEST(frame.pilots == chain.pilots);
    const auto bbframe = read_dvbs2_vector<uint8_t>(std::string(chain.name) + ".bbframe.bin");
    const std::vector<uint8_t> sent(bbframe.begin() + framing::kBbHeaderBytes, bbframe.end());
    BOOST_TEST(data == sent);
    BOOST_TEST((frame.header.stream_type == framing::StreamType::kTransport));
}

BOOST_AUTO_TEST_CASE(any_level_is_taken)
{
    for (const float gain : {1e-6f, 1e6f}) {
        CaptureSpec spec{.frames = 8, .es_n0_db = 6};
        auto samples = impair(spec, clean_capture(spec));
        for (Sample& x : samples)
            x *= gain;
        BOOST_TEST(receive(receiver_config(spec), samples).good(spec, 0, 8) == 8u);
    }
}

BOOST_AUTO_TEST_CASE(memory_stays_what_it_was_after_the_first_frames)
{
    for (const bool pilots : {true, false}) {
        CaptureSpec spec{.pilots = pilots, .frames = 30, .es_n0_db = 6};
        const auto samples = impair(spec, clean_capture(spec));
        unsigned frames = 0;
        Dvbs2Receiver receiver(receiver_config(spec),
                               [&](const Dvbs2ReceivedFrame&) { ++frames; });
        const auto half = samples.size() / 2;
        receiver.process(std::span(samples).first(half));
        const size_t before = depinsat::test::allocations();
        receiver.process(std::span(samples).subspan(half));
        BOOST_TEST(depinsat::test::allocations() == before);
        BOOST_TEST(frames >= 28u);
    }
}
