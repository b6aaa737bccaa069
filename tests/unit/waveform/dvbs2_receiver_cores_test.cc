// What comes out depends neither on the number of cores nor on how the input is cut.

#include "allocation_counter.h"
#include "depinsat/channel/gaussian.h"
#include "threads/thread_pool.h"
#include "unit/waveform/dvbs2_capture.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace depinsat;
using namespace depinsat::waveform;
using namespace depinsat::waveform::test;
using framing::FrameSize;
using threads::ThreadPool;

namespace {

std::string told(const Dvbs2ReceivedFrame& f)
{
    std::ostringstream text;
    text << std::hexfloat << f.sequence << ' ' << f.first_sample << ' ' << f.modcod->name << ' '
         << to_string(f.modcod->frame_size) << ' ' << f.pilots << ' ' << f.snr_db << ' '
         << f.cfo_hz << ' ' << f.iterations << ' ' << f.corrected << ' ' << int(f.failure);
    if (f.failure == Dvbs2Failure::kNone)
        text << ' ' << int(f.header.isi) << ' ' << int(f.header.stream_type);
    return text.str();
}

std::string told(const Dvbs2ReceiverStats& s)
{
    std::ostringstream text;
    text << std::hexfloat << s.locked << ' ' << s.snr_db << ' ' << s.cfo_hz << ' '
         << s.symbol_rate_error_ppm << ' ' << s.frames << ' ' << s.failed_frames << ' '
         << s.dummy_frames << ' ' << s.lock_losses;
    return text.str();
}

struct Output {
    std::vector<std::string> frames;
    std::vector<std::vector<uint8_t>> data;
    std::string stats;
    Dvbs2ReceiverStats counts;
};

Output output(unsigned cores, size_t cut, std::span<const Sample> samples)
{
    Output out;
    ThreadPool pool(cores);
    Dvbs2Receiver receiver(
        receiver_config({}),
        [&](const Dvbs2ReceivedFrame& frame) {
            out.frames.push_back(told(frame));
            out.data.emplace_back(frame.data_field.begin(), frame.data_field.end());
        },
        &pool);
    for (; !samples.empty(); samples = samples.subspan(std::min(cut, samples.size())))
        receiver.process(samples.first(std::min(cut, samples.size())));
    receiver.flush();
    out.stats = told(receiver.stats());
    out.counts = receiver.stats();
    return out;
}

void require_same_on_all_cores(std::span<const Sample> samples, const Output& wanted)
{
    for (const unsigned cores : {2u, 4u, 16u})
        for (const size_t cut : {size_t(4097), samples.size()}) {
            const auto got = output(cores, cut, samples);
            BOOST_TEST(got.frames == wanted.frames, boost::test_tools::per_element());
            BOOST_TEST((got.data == wanted.data));
            BOOST_TEST(got.stats == wanted.stats);
        }
}

void append(std::vector<Sample>& samples, const std::vector<Sample>& more)
{
    samples.insert(samples.end(), more.begin(), more.end());
}

std::vector<Sample> capture(CaptureSpec spec)
{
    spec.clock_ppm = 30;
    spec.phase = 1;
    return impair(spec, clean_capture(spec));
}

} // namespace

// At these levels between a tenth and nine tenths of the frames fail.
BOOST_DATA_TEST_CASE(
    frames_that_fail_change_nothing,
    boost::unit_test::data::make({
        CaptureSpec{.modcod = "qpsk_1-2", .frames = 60, .es_n0_db = 0.52},
        CaptureSpec{.modcod = "8psk_3-5", .pilots = false, .frames = 60, .es_n0_db = 5.6},
        CaptureSpec{.modcod = "16apsk_3-4", .frames = 60, .es_n0_db = 10.0},
        CaptureSpec{.modcod = "32apsk_4-5", .pilots = false, .frames = 60, .es_n0_db = 13.5},
    }))
{
    CaptureSpec spec = sample;
    spec.offset = 0.03;
    const auto samples = capture(spec);
    const auto wanted = output(1, 1000, samples);
    BOOST_TEST(wanted.counts.frames >= 6u);
    BOOST_TEST(wanted.counts.failed_frames >= 6u);
    require_same_on_all_cores(samples, wanted);
}

BOOST_AUTO_TEST_CASE(losses_of_lock_noise_and_changes_of_modcod_change_nothing)
{
    std::vector<Sample> samples;
    append(samples, capture({.frames = 12, .es_n0_db = 3, .offset = 0.04}));
    std::vector<Sample> noise(60000);
    channel::Gaussian gaussian(5);
    for (Sample& x : noise)
        x = {float(gaussian()), float(gaussian())};
    append(samples, noise);
    append(samples,
           capture({.modcod = "32apsk_4-5", .frames = 20, .es_n0_db = 15, .offset = -0.05}));
    append(samples, std::vector<Sample>(30000));
    append(samples, capture({.modcod = "qpsk_3-4",
                             .size = FrameSize::kNormal,
                             .pilots = false,
                             .frames = 5,
                             .es_n0_db = 6,
                             .dropped = 5000}));
    append(samples, capture({.modcod = "8psk_2-3", .frames = 20, .es_n0_db = 9}));
    const auto wanted = output(1, 777, samples);
    BOOST_TEST(wanted.counts.frames >= 35u);
    BOOST_TEST(wanted.counts.lock_losses >= 2u);
    require_same_on_all_cores(samples, wanted);
}

BOOST_AUTO_TEST_CASE(a_frame_comes_out_though_no_sample_follows)
{
    const CaptureSpec spec{.frames = 20, .es_n0_db = 6};
    const auto samples = capture(spec);
    std::atomic<unsigned> decoded = 0;
    ThreadPool pool(2, [&] {
        ++decoded;
        decoded.notify_all();
    });
    unsigned frames = 0;
    Dvbs2Receiver receiver(
        receiver_config(spec), [&](const Dvbs2ReceivedFrame&) { ++frames; }, &pool);
    const size_t frame_samples = 2 * frame_symbols(spec);
    // The first frame is in hand once the PLHEADER behind it is there.
    const size_t first = 2 * frame_samples;
    receiver.process(std::span(samples).first(first));
    decoded.wait(0);
    receiver.deliver();
    BOOST_TEST(frames == 1u);
    BOOST_TEST(!receiver.frame_ready());
    receiver.process(std::span(samples).subspan(first, 10 * frame_samples));
    receiver.finish_frames();
    BOOST_TEST(frames == 11u);
}

BOOST_AUTO_TEST_CASE(memory_stays_what_it_was_after_the_first_frames)
{
    const CaptureSpec spec{.frames = 40, .es_n0_db = 6};
    const auto samples = capture(spec);
    unsigned frames = 0;
    ThreadPool pool(3);
    Dvbs2Receiver receiver(
        receiver_config(spec), [&](const Dvbs2ReceivedFrame&) { ++frames; }, &pool);
    const auto half = samples.size() / 2;
    receiver.process(std::span(samples).first(half));
    const size_t before = depinsat::test::allocations();
    receiver.process(std::span(samples).subspan(half));
    BOOST_TEST(depinsat::test::allocations() == before);
    BOOST_TEST(frames >= 35u);
}

BOOST_AUTO_TEST_CASE(a_receiver_may_go_with_frames_in_hand)
{
    const CaptureSpec spec{.frames = 10, .es_n0_db = 6};
    const auto samples = capture(spec);
    ThreadPool pool(4);
    for (unsigned turn = 0; turn < 5; ++turn) {
        Dvbs2Receiver receiver(
            receiver_config(spec), [](const Dvbs2ReceivedFrame&) {}, &pool);
        receiver.process(samples);
    }
}
