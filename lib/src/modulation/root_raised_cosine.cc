#include "depinsat/modulation/root_raised_cosine.h"

#include <cmath>
#include <numbers>
#include <stdexcept>

namespace depinsat::modulation {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kWindowBeta = 1.5; // more widens the transition, less lifts the side lobes
constexpr double kSpanTimesRolloff = 3.2; // half span * roll-off: what keeps the accuracy

// Impulse response at time t, in symbols.
double impulse_response(double t, double rolloff)
{
    const double x = 4 * rolloff * t;
    if (std::abs(t) < 1e-9)
        return 1 - rolloff + 4 * rolloff / kPi;
    if (std::abs(std::abs(x) - 1) < 1e-7) // the limit at t = 1 / (4 rolloff)
        return rolloff / std::numbers::sqrt2 *
               ((1 + 2 / kPi) * std::sin(kPi / (4 * rolloff)) +
                (1 - 2 / kPi) * std::cos(kPi / (4 * rolloff)));
    return (std::sin(kPi * t * (1 - rolloff)) + x * std::cos(kPi * t * (1 + rolloff))) /
           (kPi * t * (1 - x * x));
}

double kaiser(double position) // -1 to 1
{
    return std::cyl_bessel_i(0.0, kWindowBeta * std::sqrt(1 - position * position)) /
           std::cyl_bessel_i(0.0, kWindowBeta);
}

void check_rolloff(double rolloff)
{
    if (!(rolloff >= 0.05 && rolloff <= 0.35))
        throw std::invalid_argument("root raised cosine: rolloff must be 0.05 to 0.35");
}

} // namespace

unsigned root_raised_cosine_half_span(double rolloff)
{
    check_rolloff(rolloff);
    return unsigned(std::ceil(kSpanTimesRolloff / rolloff - 1e-6));
}

std::vector<float> root_raised_cosine(double samples_per_symbol, double rolloff)
{
    if (!(samples_per_symbol >= 1 && samples_per_symbol <= 64))
        throw std::invalid_argument("root raised cosine: samples_per_symbol must be 1 to 64");
    const int half =
        int(std::ceil(root_raised_cosine_half_span(rolloff) * samples_per_symbol - 1e-6));
    std::vector<double> exact(2 * half + 1);
    double energy = 0;
    for (int i = -half; i <= half; ++i) {
        const double tap =
            impulse_response(i / samples_per_symbol, rolloff) * kaiser(double(i) / half);
        exact[i + half] = tap;
        energy += tap * tap;
    }
    std::vector<float> taps(exact.size());
    for (size_t i = 0; i < taps.size(); ++i)
        taps[i] = float(exact[i] / std::sqrt(energy));
    return taps;
}

} // namespace depinsat::modulation
