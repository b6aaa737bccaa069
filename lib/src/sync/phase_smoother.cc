#include "depinsat/sync/phase_smoother.h"

#include <algorithm>
#include <cmath>

namespace depinsat::sync {

namespace {

constexpr double kLeastWander = 1e-8;
constexpr double kForget = 0.95;   // of what the frames before told, with each
constexpr double kAnyPhase = 100;  // radians^2
constexpr double kAnySlope = 1e-4; // (radians per symbol)^2
constexpr double kLeastVariance = 1e-9;

using State = PhaseSmoother::State;

State ahead(const State& s, double distance, double wander)
{
    return {s.phase + s.slope * distance, s.slope,
            s.pp + distance * (2 * s.ps + distance * s.ss) + wander * distance,
            s.ps + distance * s.ss, s.ss};
}

/// @return log-likelihood of the measurement.
double measured(State& s, const MeasuredPhase& point)
{
    const double variance = s.pp + std::max(point.variance, kLeastVariance);
    const double off = point.phase - s.phase;
    const double gain = s.pp / variance, slope_gain = s.ps / variance;
    s = {s.phase + gain * off, s.slope + slope_gain * off, (1 - gain) * s.pp, (1 - gain) * s.ps,
         s.ss - slope_gain * s.ps};
    return -0.5 * (off * off / variance + std::log(variance));
}

State unknown(const MeasuredPhase& first)
{
    return {first.phase, 0, kAnyPhase, 0, kAnySlope};
}

} // namespace

void PhaseSmoother::smooth(std::span<MeasuredPhase> points, double wander)
{
    if (points.size() < 3)
        return;
    before_.resize(points.size());
    after_.resize(points.size());
    for (size_t k = 0; k < points.size(); ++k) {
        before_[k] =
            k == 0 ? unknown(points[0])
                   : ahead(after_[k - 1], points[k].position - points[k - 1].position, wander);
        after_[k] = before_[k];
        measured(after_[k], points[k]);
    }
    State next = after_.back();
    points.back().phase = next.phase;
    for (size_t k = points.size() - 1; k-- > 0;) {
        const State& f = after_[k];
        const State& p = before_[k + 1];
        const double distance = points[k + 1].position - points[k].position;
        const double to_phase = f.pp + distance * f.ps, to_slope = f.ps + distance * f.ss;
        const double determinant = std::max(p.pp * p.ss - p.ps * p.ps, 1e-300);
        const double off = next.phase - p.phase, turn = next.slope - p.slope;
        const double phase_weight = (p.ss * off - p.ps * turn) / determinant;
        const double slope_weight = (p.pp * turn - p.ps * off) / determinant;
        next.phase = f.phase + to_phase * phase_weight + f.ps * slope_weight;
        next.slope = f.slope + to_slope * phase_weight + f.ss * slope_weight;
        points[k].phase = next.phase;
    }
}

double phase_likelihood(std::span<const MeasuredPhase> points, double wander)
{
    if (points.size() < 4)
        return 0;
    State state = unknown(points[0]);
    double sum = measured(state, points[0]);
    for (size_t k = 1; k < points.size(); ++k) {
        state = ahead(state, points[k].position - points[k - 1].position, wander);
        sum += measured(state, points[k]);
    }
    return sum;
}

void PhaseWander::learn(std::span<const MeasuredPhase> points)
{
    double wander = kLeastWander;
    for (double& score : scores_) {
        score = kForget * score + phase_likelihood(points, wander);
        wander *= std::sqrt(10.0);
    }
}

double PhaseWander::per_symbol() const
{
    const auto best = std::max_element(scores_.begin(), scores_.end()) - scores_.begin();
    return kLeastWander * std::pow(10.0, 0.5 * double(best));
}

} // namespace depinsat::sync
