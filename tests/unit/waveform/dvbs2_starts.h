#pragma once

#include "unit/waveform/dvbs2_capture.h"

#include <random>

namespace depinsat::waveform::test {

/// The requirement on acquisition: any phase and timing, clocks 100 ppm apart, carrier up to a
/// fifth of the symbol rate off, QPSK 1/2, 1 dB above its threshold: the first frame is out
/// when eight frames of samples are in.
///
/// @return starts of which this holds.
inline unsigned starts_within_eight_frames(bool normal, bool pilots, unsigned starts)
{
    std::mt19937 random(2 * normal + pilots);
    const auto uniform = [&](double low, double high) {
        return low + (high - low) * double(random()) / 4294967296.0;
    };
    const auto size = normal ? framing::FrameSize::kNormal : framing::FrameSize::kShort;
    unsigned good = 0;
    for (uint64_t seed = 1; seed <= starts; ++seed) {
        CaptureSpec spec{.size = size, .pilots = pilots, .frames = 10, .es_n0_db = 2};
        const size_t length = 2 * frame_symbols(spec);
        spec.offset = uniform(-0.2, 0.2);
        spec.clock_ppm = seed % 2 ? 100 : -100;
        spec.phase = uniform(0, 6.3);
        spec.dropped = size_t(uniform(40, double(length)));
        spec.seed = seed;
        auto samples = impair(spec, clean_capture(spec));
        samples.resize(8 * length);
        bool out = false;
        Dvbs2Receiver receiver(receiver_config(spec), [&](const Dvbs2ReceivedFrame& frame) {
            out |= frame.failure == Dvbs2Failure::kNone;
        });
        receiver.process(samples);
        good += out;
    }
    return good;
}

} // namespace depinsat::waveform::test
