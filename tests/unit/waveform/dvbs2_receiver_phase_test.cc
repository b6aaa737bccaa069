#include "depinsat/channel/phase_noise.h"
#include "unit/waveform/dvbs2_capture.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::waveform;
using namespace depinsat::waveform::test;
using framing::FrameSize;

namespace {

/// 8PSK 3/4, whose threshold through the receiver is 7.9 dB.
CaptureSpec spec_of(double es_n0_db, unsigned frames)
{
    return {.modcod = "8psk_3-4",
            .size = FrameSize::kNormal,
            .frames = frames,
            .es_n0_db = es_n0_db,
            .offset = 0.03};
}

/// @param turn  what is done to the samples before offset and noise.
template <class Turn>
unsigned good_frames(const CaptureSpec& spec, Turn turn)
{
    auto samples = clean_capture(spec);
    turn(std::span(samples));
    return receive(receiver_config(spec), impair(spec, std::move(samples)))
        .good(spec, 0, spec.frames);
}

} // namespace

BOOST_AUTO_TEST_CASE(
    noise_of_an_lnb_at_5_mbaud_loses_no_frame_where_interpolation_between_pilots_does)
{
    const auto spec = spec_of(8.5, 40);
    channel::PhaseNoise noise(channel::kConsumerLnb, spec.samples_per_symbol * 5e6, 3);
    BOOST_TEST(good_frames(spec, [&](auto samples) { noise.process(samples); }) == spec.frames);
}

// Known symbols cannot show such a stretch, since it ends before the next pilots.
BOOST_AUTO_TEST_CASE(
    a_stretch_turned_to_the_neighbouring_points_is_turned_back_by_what_the_code_says)
{
    const auto spec = spec_of(8.3, 12);
    const size_t frame = frame_symbols(spec);
    const auto turn = [&](std::span<Sample> samples) {
        for (size_t k = 2; k < spec.frames; k += 2) { // every other frame, from the third on
            const size_t begin = k * frame + 90 + 3 * 1476 + 400;
            for (Sample& x : samples.subspan(2 * begin, 2 * 500))
                x *= Sample(std::polar(1.0, std::numbers::pi / 4));
        }
    };
    BOOST_TEST(good_frames(spec, turn) == spec.frames);
}
