#pragma once

#include "depinsat/core/types.h"

#include <span>
#include <vector>

namespace depinsat::modulation {

/// What an amplifier without memory makes of one amplitude, as measured: both relative to the
/// input that drives it to the wanted operating point with a signal of mean power 1.
struct AmplifierPoint {
    double input;     ///< amplitude, 0 or more
    double output;    ///< amplitude
    double phase_rad; ///< of the output against the input
};

/// Undoes the curvature of an amplifier before it, sample by sample.
///
/// Shape     behind the pulse shaper: the spectrum grows wider, so 4 samples a symbol or more
/// serve
///           it well; a filter behind it takes away some of its gain.
/// Linear    up to the amplitude at which the amplifier's output is largest; what lies above
/// goes out
///           with the input of that point.
/// Gain      amplifier and predistorter together amplify by `gain` and turn nothing.
/// Cost      a square root, an interpolation and a product a sample; no allocation.
class Predistorter
{
public:
    static constexpr size_t kMaxPoints = 4096;

    /// @param amplifier  2 to kMaxPoints points of rising input; the output must rise at the
    /// start.
    /// @param gain       above 0: amplitude out of the amplifier of an input of amplitude 1.
    /// @throws std::invalid_argument naming what is wrong.
    Predistorter(std::span<const AmplifierPoint> amplifier, double gain);

    void process(std::span<Sample> samples) const;

private:
    static constexpr size_t kEntries = 1024;

    double largest_;            ///< amplitude before the predistorter that saturates
    std::vector<Sample> table_; ///< factors, by amplitude, kEntries + 1 up to largest_
    float largest_factor_;      ///< amplitude out of the predistorter for all that is above
    Sample largest_turn_;
};

} // namespace depinsat::modulation
