#pragma once

#include "depinsat/core/types.h"
#include "depinsat/sync/phase_smoother.h"

#include <span>
#include <vector>

namespace depinsat::sync {

/// Phase of the carrier in a block of known symbols, radians.
///
/// @param received  any number of symbols over which the phase is about constant.
/// @param sent      as many.
/// Accuracy  standard deviation 1 / sqrt(2 N Es/N0) radians.
double known_phase(std::span<const Sample> received, std::span<const Sample> sent);

/// Phase of the carrier in a block of PSK symbols, as it is known without their data: up to
/// multiples of 2 pi / m (Viterbi and Viterbi).
///
/// @param carrier  from remove_psk().
/// @param m        1, 4 or 8.
/// @param offset   phase of one of the points: pi / 4 for QPSK, 0 for 8PSK.
double psk_phase(std::span<const Sample> carrier, unsigned m, double offset);

/// Carrier phase over a frame: measured at some places, linear between them.
///
/// Positions count symbols and must grow. The change between neighbouring known places must
/// differ by less than pi from what the last ones make expect, so that a frequency that drifts
/// may turn it by more; from an ambiguous place (add_ambiguous) by less than pi / m from none:
/// take the frequency away first.
class PhaseTrack
{
public:
    void clear()
    {
        points_.clear();
        slope_ = 0;
    }

    /// @param phase     radians, known up to 2 pi.
    /// @param variance  of it, radians^2, for measured().
    void add_known(double position, double phase, double variance = 0);

    /// @param phase  radians, known up to 2 pi / m; the value nearest to the last one is taken.
    void add_ambiguous(double position, double phase, unsigned m);

    /// As add_known(); if the track has slipped by a multiple of 2 pi / m since the last known
    /// phase, the slip is taken out where the track moved most.
    void
    add_known_after_ambiguous(double position, double phase, unsigned m, double variance = 0);

    /// The places; and replaces them by known ones.
    void measured(std::vector<MeasuredPhase>& points) const;
    void replace(std::span<const MeasuredPhase> points);

    /// Change of the phase at a position, in radians per symbol: of the parabola that fits
    /// best, of the line where there are three places only; 0 where there are fewer.
    double slope_at(double position) const;

    /// Turns the symbols back by the phase.
    ///
    /// @param symbols  those from position 0 on.
    void correct(std::span<Sample> symbols) const;

private:
    struct Point {
        double position, phase;
        bool known;
        double variance = 0;
    };

    void repair(size_t first, double slip);
    double expected(double position) const;
    void follow(double position, double phase);

    std::vector<Point> points_;
    double slope_ = 0; // radians per symbol, averaged over the known places
};

} // namespace depinsat::sync
