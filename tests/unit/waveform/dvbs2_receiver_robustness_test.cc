#include "unit/waveform/dvbs2_capture.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <limits>
#include <random>

using namespace depinsat;
using namespace depinsat::waveform;
using namespace depinsat::waveform::test;
using framing::FrameSize;

namespace {

CaptureSpec spec_of(unsigned frames, bool pilots = true)
{
    CaptureSpec spec{.pilots = pilots, .frames = frames};
    spec.es_n0_db = 4;
    spec.offset = 0.04;
    spec.clock_ppm = 50;
    spec.phase = 1;
    return spec;
}

std::vector<Sample> capture(const CaptureSpec& spec)
{
    return impair(spec, clean_capture(spec));
}

bool same(const Reception& a, const Reception& b)
{
    const auto equal = [](const Received& x, const Received& y) {
        return x.frame.sequence == y.frame.sequence &&
               x.frame.first_sample == y.frame.first_sample &&
               x.frame.modcod == y.frame.modcod && x.frame.pilots == y.frame.pilots &&
               x.frame.snr_db == y.frame.snr_db && x.frame.cfo_hz == y.frame.cfo_hz &&
               x.frame.iterations == y.frame.iterations &&
               x.frame.corrected == y.frame.corrected && x.frame.failure == y.frame.failure &&
               x.data == y.data;
    };
    return std::equal(a.frames.begin(), a.frames.end(), b.frames.begin(), b.frames.end(),
                      equal);
}

std::vector<Sample> noise(size_t count, double power, uint64_t seed)
{
    std::vector<Sample> samples(count);
    channel::Awgn awgn(-10 * std::log10(power), 1, seed);
    awgn.add_to(samples);
    return samples;
}

/// Frames of the second half, behind what was done to the middle (in or before frame `half`),
/// and how soon they come: Dvbs2Receiver states that the third whole short frame comes out.
void check_recovery(const CaptureSpec& spec, const std::vector<Sample>& samples)
{
    const auto reception = receive(receiver_config(spec), samples);
    const unsigned half = spec.frames / 2;
    BOOST_TEST(reception.good(spec, 1, half - 1) == half - 2);
    BOOST_TEST(reception.good(spec, half + 3, spec.frames) == half - 3);
    BOOST_TEST(reception.stats.frames ==
               reception.good(spec, 0, spec.frames)); // nothing false among them
}

} // namespace

BOOST_DATA_TEST_CASE(frames_and_metadata_do_not_depend_on_the_cuts,
                     boost::unit_test::data::make({true, false}),
                     pilots)
{
    const auto spec = spec_of(14, pilots);
    const auto samples = capture(spec);
    const auto whole = receive(receiver_config(spec), samples);
    BOOST_TEST(whole.frames.size() >= 13);
    std::mt19937 random(1);
    std::vector<size_t> lengths(100);
    for (size_t& length : lengths)
        length = random() % 3 ? random() % 70000 + 1 : random() % 300 + 1;
    BOOST_TEST(same(whole, receive(receiver_config(spec), samples, lengths)));
    for (const size_t length : {1u, 127u, 128u, 129u, 70000u}) {
        const std::array cuts{length};
        BOOST_TEST(same(whole, receive(receiver_config(spec), samples, cuts)));
    }
}

BOOST_DATA_TEST_CASE(the_last_frame_comes_out_when_its_last_symbol_is_in,
                     boost::unit_test::data::make({true, false}) *
                         boost::unit_test::data::make({1u, 2u, 9u}),
                     pilots,
                     frames)
{
    auto spec = spec_of(frames, pilots);
    spec.clock_ppm = 0;
    auto samples = impair(spec, clean_capture(spec, 64));
    // The transmitter's filter delays by 16 symbols; the last symbol is the one before that of
    // the next header.
    const size_t end = (frames * frame_symbols(spec) + 16) * 2;
    const auto whole = receive(receiver_config(spec), std::span(samples).first(end));
    BOOST_TEST(whole.good(spec, 0, frames) == frames);
    const auto cut = receive(receiver_config(spec), std::span(samples).first(end - 40));
    BOOST_TEST(cut.good(spec, 0, frames) == frames - 1);
    BOOST_TEST(cut.frames.size() == frames - 1);
}

BOOST_AUTO_TEST_CASE(with_pilots_a_frame_waits_for_its_own_symbols_only)
{
    auto spec = spec_of(12);
    spec.clock_ppm = 0;
    const auto samples = impair(spec, clean_capture(spec));
    unsigned count = 0;
    Dvbs2Receiver receiver(receiver_config(spec), [&](const Dvbs2ReceivedFrame&) { ++count; });
    // Filters of both sides (16 symbols each), one piece of 128 samples, and rounding.
    const size_t end = (10 * frame_symbols(spec) + 16 + 16) * 2 + 128 + 8;
    receiver.process(std::span(samples).first(end));
    BOOST_TEST(count == 10);
}

BOOST_AUTO_TEST_CASE(input_without_frames_gives_none)
{
    const CaptureSpec spec;
    const auto config = receiver_config(spec);
    std::vector<Sample> carrier(400000);
    for (size_t n = 0; n < carrier.size(); ++n)
        carrier[n] = Sample(std::polar(1.0, 0.05 * double(n)));
    const std::vector<Sample> silence(400000), constant(400000, Sample(1, 1));
    for (const auto& samples : {noise(3000000, 1, 1), noise(1000000, 1e-8, 2), carrier, silence,
                                constant, std::vector<Sample>(), std::vector<Sample>(1)}) {
        const auto reception = receive(config, samples);
        BOOST_TEST(reception.frames.empty());
        BOOST_TEST(!reception.stats.locked);
    }
}

BOOST_AUTO_TEST_CASE(input_that_is_no_number_is_survived)
{
    const auto spec = spec_of(30);
    auto samples = capture(spec);
    const size_t middle = samples.size() / 2;
    const float kNan = std::numeric_limits<float>::quiet_NaN();
    const float kInfinity = std::numeric_limits<float>::infinity();
    for (size_t n = 0; n < 3000; ++n)
        samples[middle + n] = n % 3 == 0   ? Sample(kNan, 1)
                              : n % 3 == 1 ? Sample(1, -kInfinity)
                                           : Sample(3e38f, 3e38f);
    check_recovery(spec, samples);
}

BOOST_DATA_TEST_CASE(silence_noise_or_a_carrier_in_the_middle_are_survived,
                     boost::unit_test::data::make({0, 1, 2}) ^
                         boost::unit_test::data::make({true, false, true}),
                     kind,
                     pilots)
{
    const auto spec = spec_of(30, pilots);
    auto samples = capture(spec);
    std::vector<Sample> gap(200001);
    if (kind == 1)
        gap = noise(200001, 1, 5);
    if (kind == 2)
        std::fill(gap.begin(), gap.end(), Sample(3, 0));
    samples.insert(samples.begin() + ptrdiff_t(samples.size() / 2), gap.begin(), gap.end());
    check_recovery(spec, samples);
}

BOOST_DATA_TEST_CASE(a_step_of_30_db_is_survived,
                     boost::unit_test::data::make({31.6f, 0.0316f}),
                     gain)
{
    const auto spec = spec_of(30);
    auto samples = capture(spec);
    for (size_t n = samples.size() / 2; n < samples.size(); ++n)
        samples[n] *= gain;
    check_recovery(spec, samples);
}

BOOST_DATA_TEST_CASE(lost_samples_are_survived,
                     boost::unit_test::data::make({1, 100, 1001, 9000, 40001}) *
                         boost::unit_test::data::make({true, false}),
                     lost,
                     pilots)
{
    const auto spec = spec_of(30, pilots);
    auto samples = capture(spec);
    const auto middle = samples.begin() + ptrdiff_t(samples.size() / 2);
    samples.erase(middle, middle + lost);
    check_recovery(spec, samples);
}

BOOST_AUTO_TEST_CASE(a_carrier_that_jumps_by_a_tenth_of_the_symbol_rate_is_found_again)
{
    const auto spec = spec_of(30);
    auto samples = capture(spec);
    const size_t middle = samples.size() / 2;
    channel::FrequencyOffset jump(2, -0.09);
    jump.process(std::span(samples).subspan(middle));
    check_recovery(spec, samples);
}

BOOST_AUTO_TEST_CASE(a_carrier_that_drifts_is_followed)
{
    const auto spec = spec_of(40);
    auto samples = clean_capture(spec);
    // 20 Hz a frame of 16 ms at 500 kbaud: more than Doppler of a low orbit at 2 GHz.
    channel::FrequencyOffset drift(1e6, -10e3, 1200);
    drift.process(samples);
    channel::Awgn awgn(4, 2, 3);
    awgn.add_to(samples);
    const auto reception = receive(receiver_config(spec), samples);
    BOOST_TEST(reception.good(spec, 0, 40) >= 39);
}

// 0.5 dB above the threshold; the drift would leave the range of a frame after the first one.
BOOST_DATA_TEST_CASE(a_doppler_rate_of_10_khz_per_s_at_1_mbaud_is_held,
                     boost::unit_test::data::make({-10e3, 10e3}),
                     rate)
{
    CaptureSpec spec{.size = FrameSize::kNormal, .frames = 40, .es_n0_db = 1.5};
    auto samples = clean_capture(spec);
    channel::FrequencyOffset doppler(2e6, -rate, rate);
    doppler.process(samples);
    channel::Awgn awgn(spec.es_n0_db, 2, 3);
    awgn.add_to(samples);
    auto config = receiver_config(spec);
    config.sample_rate_hz = 2e6;
    config.symbol_rate_baud = 1e6;
    config.max_iterations = 50;
    const auto reception = receive(config, samples);
    BOOST_TEST(reception.good(spec, 0, 40) == 40u);
    BOOST_TEST(reception.stats.lock_losses == 0u);
}

BOOST_DATA_TEST_CASE(a_tone_beside_the_signal_is_survived,
                     boost::unit_test::data::make({1.0f, 4.0f}),
                     amplitude)
{
    auto spec = spec_of(20);
    spec.samples_per_symbol = 3;
    auto samples = capture(spec);
    for (size_t n = 0; n < samples.size(); ++n)
        samples[n] += Sample(
            std::polar(amplitude, float(std::remainder(0.31 * double(n), 1.0) * 6.2832)));
    const auto reception = receive(receiver_config(spec), samples);
    BOOST_TEST(reception.good(spec, 1, 20) == 19u);
    BOOST_TEST(reception.stats.frames == reception.good(spec, 0, 20));
}

BOOST_AUTO_TEST_CASE(of_two_signals_side_by_side_the_nearer_comes_out)
{
    auto spec = spec_of(20);
    spec.samples_per_symbol = 4;
    auto samples = capture(spec);
    CaptureSpec neighbour{
        .modcod = "8psk_2-3", .frames = 30, .samples_per_symbol = 4, .seed = 2};
    auto others = clean_capture(neighbour);
    channel::FrequencyOffset offset(4, 1.3);
    offset.process(others);
    for (size_t n = 0; n < std::min(samples.size(), others.size()); ++n)
        samples[n] += 2.0f * others[n];
    const auto reception = receive(receiver_config(spec), samples);
    BOOST_TEST(reception.good(spec, 1, 20) == 19u);
    BOOST_TEST(reception.stats.frames == reception.good(spec, 0, 20));
}

BOOST_AUTO_TEST_CASE(two_signals_on_top_of_each_other_give_no_false_frame)
{
    auto spec = spec_of(30);
    auto samples = capture(spec);
    CaptureSpec second = spec;
    second.seed = 2;
    second.offset = -0.03;
    second.dropped = 4321;
    const auto others = capture(second);
    for (size_t n = 0; n < std::min(samples.size(), others.size()); ++n)
        samples[n] += others[n];
    const auto reception = receive(receiver_config(spec), samples);
    BOOST_TEST(reception.stats.frames ==
               reception.good(spec, 0, 30) + reception.good(second, 0, 30));
}

// The tail of a frame alone, and the head of one: a capture that is cut anywhere.
BOOST_DATA_TEST_CASE(a_capture_that_is_cut_within_frames_gives_the_whole_ones,
                     boost::unit_test::data::make({true, false}) *
                         boost::unit_test::data::make<size_t>({50, 5000, 16000}) *
                         boost::unit_test::data::make<size_t>({60, 8000, 16000}),
                     pilots,
                     head,
                     tail)
{
    auto spec = spec_of(8, pilots);
    spec.clock_ppm = 0;
    spec.es_n0_db = 5;
    const size_t length = 2 * frame_symbols(spec);
    const auto samples = capture(spec);
    const auto reception = receive(receiver_config(spec),
                                   std::span(samples).subspan(head, 6 * length + tail - head));
    BOOST_TEST(reception.good(spec, 1, 6) == 5u);
    BOOST_TEST(reception.frames.size() == 5u);
}
