#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace depinsat::sync {

/// A carrier phase that was measured.
struct MeasuredPhase {
    double position; ///< symbols
    double phase;    ///< radians, unwrapped
    double variance; ///< of the measurement, radians^2
};

/// Replaces phases by the estimates that all of them together give.
///
/// Model     a straight line of unknown slope and a random walk, both measured in white noise:
/// a
///           Kalman filter forth, and the smoother of Rauch, Tung and Striebel back.
/// Memory    grows with the longest row of points.
class PhaseSmoother
{
public:
    /// @param points  positions grow; fewer than 3 are left alone.
    /// @param wander  variance of the random walk, radians^2 per symbol.
    void smooth(std::span<MeasuredPhase> points, double wander);

    /// Phase and slope, and their covariance.
    struct State {
        double phase, slope, pp, ps, ss;
    };

private:
    std::vector<State> before_, after_;
};

/// Log-likelihood of what was measured, if the phase wanders so.
double phase_likelihood(std::span<const MeasuredPhase> points, double wander);

/// How much the carrier phase wanders: of a grid, what the last frames make most likely.
///
/// Range     1e-8 to 3e-3 radians^2 per symbol, in steps of 5 dB.
class PhaseWander
{
public:
    /// @param points  of a frame; fewer than 4 tell nothing.
    void learn(std::span<const MeasuredPhase> points);

    double per_symbol() const;
    void reset() { scores_ = {}; }

private:
    static constexpr size_t kSteps = 12;
    std::array<double, kSteps> scores_{};
};

} // namespace depinsat::sync
