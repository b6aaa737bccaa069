#include "depinsat/modulation/predistorter.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace depinsat::modulation {
namespace {

void refuse(const std::string& what)
{
    throw std::invalid_argument("predistortion: " + what);
}

void check(std::span<const AmplifierPoint> points, double gain)
{
    if (points.size() < 2 || points.size() > Predistorter::kMaxPoints)
        refuse("2 to " + std::to_string(Predistorter::kMaxPoints) + " points are wanted");
    if (!(gain > 0) || !std::isfinite(gain))
        refuse("the gain must be above 0");
    for (size_t i = 0; i < points.size(); ++i) {
        const auto& p = points[i];
        if (!std::isfinite(p.input) || !std::isfinite(p.output) ||
            !std::isfinite(p.phase_rad) || p.input < 0 || p.output < 0)
            refuse("amplitudes must be 0 or more, and all values finite: point " +
                   std::to_string(i + 1));
        if (i > 0 && p.input <= points[i - 1].input)
            refuse("inputs must rise: point " + std::to_string(i + 1));
    }
    if (points[1].output <= points[0].output)
        refuse("the output must rise at the start");
}

/// The part of the curve that can be inverted: as long as the output rises; from 0 on.
std::vector<AmplifierPoint> rising(std::span<const AmplifierPoint> points)
{
    std::vector<AmplifierPoint> curve;
    if (points.front().input > 0)
        curve.push_back({0, 0, points.front().phase_rad});
    for (const auto& p : points) {
        if (!curve.empty() && p.output <= curve.back().output)
            break;
        curve.push_back(p);
    }
    return curve;
}

/// What must go in for this amplitude to come out, and how that turns.
AmplifierPoint input_of(const std::vector<AmplifierPoint>& curve, double output)
{
    auto above = std::ranges::lower_bound(curve, output, {}, &AmplifierPoint::output);
    above = std::clamp(above, curve.begin() + 1, curve.end() - 1);
    const auto& a = *(above - 1);
    const auto& b = *above;
    const double share = std::clamp((output - a.output) / (b.output - a.output), 0.0, 1.0);
    return {a.input + share * (b.input - a.input), output,
            a.phase_rad + share * (b.phase_rad - a.phase_rad)};
}

} // namespace

Predistorter::Predistorter(std::span<const AmplifierPoint> amplifier, double gain)
    : largest_(0), largest_factor_(0)
{
    check(amplifier, gain);
    const auto curve = rising(amplifier);
    largest_ = curve.back().output / gain;
    for (size_t i = 0; i <= kEntries; ++i) {
        // At 0 the factor of the first entry behind it: a curve is straight there.
        const double amplitude = largest_ * double(std::max<size_t>(i, 1)) / kEntries;
        const auto point = input_of(curve, amplitude * gain);
        table_.push_back(Sample(std::polar(point.input / amplitude, -point.phase_rad)));
    }
    largest_factor_ = float(curve.back().input);
    largest_turn_ = Sample(std::polar(1.0, -curve.back().phase_rad));
}

void Predistorter::process(std::span<Sample> samples) const
{
    const float scale = float(kEntries / largest_);
    for (Sample& sample : samples) {
        const float amplitude = std::sqrt(std::norm(sample));
        const float place = amplitude * scale;
        if (place >= float(kEntries)) {
            sample *= largest_turn_ * (largest_factor_ / amplitude);
            continue;
        }
        const auto entry = size_t(place);
        sample *= table_[entry] + (table_[entry + 1] - table_[entry]) * (place - float(entry));
    }
}

} // namespace depinsat::modulation
