#include "unit/waveform/dvbs2_starts.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <random>

using namespace depinsat;
using namespace depinsat::waveform::test;
using framing::FrameSize;

// The requirement: 3 dB, QPSK 1/2, any offset up to 5 % and any start, clocks 50 ppm apart: 99
// % of the frames after the tenth. 25 runs a corner, 1000 short or 250 normal frames counted.
BOOST_DATA_TEST_CASE(ninety_nine_percent_of_frames_come_out_from_any_start,
                     boost::unit_test::data::make({false, true}) *
                         boost::unit_test::data::make({true, false}),
                     normal,
                     pilots)
{
    std::mt19937 random(normal * 2 + pilots);
    const auto uniform = [&](double low, double high) {
        return low + (high - low) * double(random()) / 4294967296.0;
    };
    unsigned good = 0, sent = 0;
    for (uint64_t seed = 1; seed <= 25; ++seed) {
        CaptureSpec spec{.size = normal ? FrameSize::kNormal : FrameSize::kShort,
                         .pilots = pilots,
                         .frames = normal ? 20u : 50u};
        spec.offset = uniform(-0.05, 0.05);
        spec.clock_ppm = seed % 2 ? 50 : -50;
        spec.phase = uniform(0, 6.3);
        spec.dropped = size_t(uniform(0, 2.0 * double(frame_symbols(spec))));
        spec.seed = seed;
        const auto reception =
            receive(receiver_config(spec), impair(spec, clean_capture(spec)));
        good += reception.good(spec, 10, spec.frames);
        sent += spec.frames - 10;
    }
    BOOST_TEST_MESSAGE(good << " of " << sent << " frames");
    BOOST_TEST(good >= sent * 0.99);
}

BOOST_DATA_TEST_CASE(ninety_nine_of_a_hundred_starts_give_a_frame_within_eight,
                     boost::unit_test::data::make({false, true}) *
                         boost::unit_test::data::make({true, false}),
                     normal,
                     pilots)
{
    const unsigned good = starts_within_eight_frames(normal, pilots, 100);
    BOOST_TEST_MESSAGE(good << " of 100 starts");
    BOOST_TEST(good >= 99);
}

// A day of noise at 1000 baud, the lowest rate of a station, two samples a symbol: 172.8
// million samples. Each place is tried as a PLHEADER, and what passes as one by the decoders.
BOOST_AUTO_TEST_CASE(a_day_of_noise_holds_no_frames)
{
    constexpr uint64_t kDay = 2 * 1000 * 86400;
    const CaptureSpec spec;
    unsigned frames = 0;
    waveform::Dvbs2Receiver receiver(receiver_config(spec), [&](const auto&) { ++frames; });
    channel::Awgn awgn(0, 1, 77);
    std::vector<Sample> samples(1 << 20);
    for (uint64_t done = 0; done < kDay; done += samples.size()) {
        std::fill(samples.begin(), samples.end(), Sample());
        awgn.add_to(samples);
        receiver.process(samples);
    }
    receiver.flush();
    BOOST_TEST(frames == 0);
    BOOST_TEST_MESSAGE(receiver.stats().lock_losses << " false locks, let go without a frame");
}
