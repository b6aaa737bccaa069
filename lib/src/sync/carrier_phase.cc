#include "depinsat/sync/carrier_phase.h"

#include "depinsat/sync/derotator.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace depinsat::sync {

namespace {

constexpr double kTwoPi = 2 * std::numbers::pi;

constexpr double kSlopeGain = 0.25; // of the slope that is expected

double nearest(double phase, double reference, double period)
{
    return reference + std::remainder(phase - reference, period);
}

} // namespace

double known_phase(std::span<const Sample> received, std::span<const Sample> sent)
{
    assert(received.size() == sent.size());
    Sample sum = 0;
    for (size_t i = 0; i < sent.size(); ++i)
        sum += received[i] * std::conj(sent[i]);
    return std::arg(sum);
}

double psk_phase(std::span<const Sample> carrier, unsigned m, double offset)
{
    Sample sum = 0;
    for (const Sample& x : carrier)
        sum += x;
    return std::arg(sum) / m - offset;
}

void PhaseTrack::add_known(double position, double phase, double variance)
{
    add_known_after_ambiguous(position, phase, 1, variance);
}

void PhaseTrack::measured(std::vector<MeasuredPhase>& points) const
{
    points.clear();
    for (const Point& point : points_)
        points.push_back({point.position, point.phase, point.variance});
}

void PhaseTrack::replace(std::span<const MeasuredPhase> points)
{
    points_.clear();
    for (const MeasuredPhase& point : points)
        points_.push_back({point.position, point.phase, true, point.variance});
}

void PhaseTrack::add_ambiguous(double position, double phase, unsigned m)
{
    const double last = points_.empty() ? 0.0 : points_.back().phase;
    points_.push_back({position, nearest(phase, last, kTwoPi / m), false, 0});
}

void PhaseTrack::add_known_after_ambiguous(double position,
                                           double phase,
                                           unsigned m,
                                           double variance)
{
    if (!points_.empty()) {
        phase = nearest(phase, expected(position), kTwoPi);
        const double step = kTwoPi / m;
        const double slip = step * std::round((phase - points_.back().phase) / step);
        size_t first = points_.size();
        while (first > 0 && !points_[first - 1].known)
            --first;
        if (slip != 0 && first > 0 && first < points_.size())
            repair(first, slip);
    }
    follow(position, phase);
    points_.push_back({position, phase, true, variance});
}

double PhaseTrack::expected(double position) const
{
    const Point& last = points_.back();
    return last.phase + (last.known ? slope_ * (position - last.position) : 0);
}

void PhaseTrack::follow(double position, double phase)
{
    if (points_.empty() || !points_.back().known)
        return;
    const Point& last = points_.back();
    slope_ += kSlopeGain * ((phase - last.phase) / (position - last.position) - slope_);
}

double PhaseTrack::slope_at(double position) const
{
    if (points_.size() < 3)
        return 0;
    // Least squares on orthogonal polynomials of the position, in units of the whole length.
    const double middle = 0.5 * (points_.front().position + points_.back().position);
    const double unit = 0.5 * (points_.back().position - points_.front().position);
    const auto count = double(points_.size());
    double mean = 0, cube = 0, square = 0;
    for (const Point& point : points_)
        mean += (point.position - middle) / unit / count;
    for (const Point& point : points_) {
        const double x = (point.position - middle) / unit - mean;
        square += x * x;
        cube += x * x * x;
    }
    double line = 0, bend = 0, energy = 1e-30;
    for (const Point& point : points_) {
        const double x = (point.position - middle) / unit - mean;
        const double parabola = x * x - cube / square * x - square / count;
        line += x * point.phase / square;
        bend += parabola * point.phase;
        energy += parabola * parabola;
    }
    const double x = (position - middle) / unit - mean;
    const bool bends = points_.size() > 3;
    return (line + (bends ? bend / energy * (2 * x - cube / square) : 0)) / unit;
}

void PhaseTrack::repair(size_t first, double slip)
{
    const auto step = [&](size_t i) {
        return std::abs(points_[i].phase - points_[i - 1].phase);
    };
    size_t largest = first;
    for (size_t i = first; i < points_.size(); ++i)
        if (step(i) > step(largest))
            largest = i;
    for (size_t i = largest; i < points_.size(); ++i)
        points_[i].phase += slip;
}

void PhaseTrack::correct(std::span<Sample> symbols) const
{
    size_t begin = 0;
    for (size_t i = 0; i < points_.size(); ++i) {
        const bool last = i + 1 == points_.size();
        const auto limit = last ? double(symbols.size()) : std::ceil(points_[i + 1].position);
        const size_t end = std::clamp(size_t(limit), begin, symbols.size());
        const double slope = last ? 0.0
                                  : (points_[i + 1].phase - points_[i].phase) /
                                        (points_[i + 1].position - points_[i].position);
        // What lies before the first place has its phase.
        const bool before = i == 0 && double(begin) < points_[0].position;
        const size_t flat =
            before ? std::min(end, size_t(std::ceil(points_[0].position))) : begin;
        derotate(symbols.subspan(begin, flat - begin), 0, points_[i].phase);
        const double phase = points_[i].phase + slope * (double(flat) - points_[i].position);
        derotate(symbols.subspan(flat, end - flat), slope / kTwoPi, phase);
        begin = end;
    }
}

} // namespace depinsat::sync
