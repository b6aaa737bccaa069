#pragma once

#include "depinsat/core/types.h"

#include <span>

namespace depinsat::sync {

/// Signal and noise power from blocks of known symbols, averaged over frames.
///
/// Each block may have any phase; within a block it must be about constant.
///
/// Range     0 to 20 dB within 0.3 dB; limited above by what the filters leave of neighbouring
///           symbols.
/// Accuracy  standard deviation 4.3 dB / sqrt(symbols), for the symbols of kAveragedFrames
///           frames in the long run.
/// Jumps     a frame whose noise is six standard deviations off the average begins a new one.
/// Recent    beside that average one with a memory of the caller's choice, which need not be
///           calm: for those who must know soon, however long the frames are.
class SnrEstimator
{
public:
    static constexpr unsigned kAveragedFrames = 16;

    /// Forgets all frames.
    void reset() { *this = SnrEstimator(); }

    /// @param received  two or more symbols.
    /// @param sent      as many, of power 1.
    void add_block(std::span<const Sample> received, std::span<const Sample> sent);

    /// The blocks since the last call become one frame of the averages.
    ///
    /// @param recent_frames  memory of recent_es_n0_db(), in frames like this one; at most that
    ///                       of the other average, one at least.
    void end_frame(double recent_frames = kAveragedFrames);

    /// Power of the signal; 0 before the first frame.
    double signal_power() const { return calm_.signal; }

    /// Power of the noise per symbol, relative to that of the signal.
    double n0() const { return calm_.n0(); }

    /// Es/N0, -20 to 60 dB.
    double es_n0_db() const;
    double recent_es_n0_db() const;

private:
    struct Average {
        double signal = 0, noise = 0;

        void add(double frame_signal, double frame_noise, double frames);
        double n0() const;
    };

    double coherent_ = 0, noise_sum_ = 0; // of the blocks of this frame
    unsigned symbols_ = 0, blocks_ = 0;
    Average calm_, recent_;
    unsigned frames_ = 0;
};

} // namespace depinsat::sync
