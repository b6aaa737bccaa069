#include "depinsat/sync/carrier_frequency.h"

#include "sync/rotor.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace depinsat::sync {

namespace {

constexpr size_t kDecimation = 16;

using Wide = std::complex<double>;

/// sum of x[k] exp(-j 2 pi frequency (k - middle))
Wide spectrum(std::span<const Sample> x, double frequency)
{
    const auto sum = turned_sum(Rotor(frequency), x.data(), x.size());
    return Wide(sum) * phasor(-frequency * 0.5 * double(x.size() - 1));
}

/// Vertex of the parabola through three points a step apart, in steps from the middle one.
double vertex(double left, double middle, double right)
{
    const double curvature = left - 2 * middle + right;
    return curvature < 0 ? std::clamp(0.5 * (left - right) / curvature, -0.5, 0.5) : 0.0;
}

/// Highest peak of the spectrum on a grid of a quarter of the resolution, interpolated.
double peak(std::span<const Sample> x, double centre, double range)
{
    const double step = 0.25 / double(x.size());
    const auto half = int(std::ceil(range / step)) + 1;
    double best = 0, best_power = -1, left = 0, last = 0;
    bool open = false; // the point right of the best one is still to come
    for (int i = -half; i <= half; ++i) {
        const double power = std::abs(spectrum(x, centre + i * step));
        if (open)
            best += vertex(left, best_power, power);
        open = power > best_power && i < half;
        if (power > best_power) {
            best = i;
            best_power = power;
            left = last;
        }
        last = power;
    }
    return centre + best * step;
}

} // namespace

FrequencyEstimate estimate_frequency(std::span<const Sample> received,
                                     std::span<const Sample> sent,
                                     double centre,
                                     double range)
{
    std::array<Sample, 128> products;
    assert(received.size() == sent.size() && !sent.empty() && sent.size() <= products.size());
    const auto carrier = std::span(products).first(sent.size());
    double sent_energy = 0, received_energy = 1e-30;
    for (size_t i = 0; i < sent.size(); ++i) {
        carrier[i] = received[i] * std::conj(sent[i]);
        sent_energy += std::norm(sent[i]);
        received_energy += std::norm(received[i]);
    }
    const double frequency = peak(carrier, centre, range);
    const Wide sum = spectrum(carrier, frequency);
    return {frequency, std::arg(sum), std::norm(sum) / (sent_energy * received_energy)};
}

void remove_psk(std::span<const Sample> symbols, unsigned m, std::span<Sample> carrier)
{
    assert(m == 1 || m == 4 || m == 8);
    assert(symbols.size() == carrier.size());
    std::copy(symbols.begin(), symbols.end(), carrier.begin());
    for (unsigned power = 1; power < m; power *= 2) {
        const bool keep_magnitude = power > 1;
        for (Sample& x : carrier) {
            const float re = x.real() * x.real() - x.imag() * x.imag();
            const float im = 2 * x.real() * x.imag();
            const float scale = keep_magnitude ? 1 / std::sqrt(std::norm(x) + 1e-30f) : 1.0f;
            x = {re * scale, im * scale};
        }
    }
}

CarrierPeak carrier_peak(std::span<const Sample> carrier, double range)
{
    std::array<Sample, 8192 / kDecimation> storage{};
    assert(carrier.size() >= kDecimation && carrier.size() <= storage.size() * kDecimation);
    const auto sums = std::span(storage).first(carrier.size() / kDecimation);
    double power = 1e-30;
    for (size_t i = 0; i < sums.size(); ++i)
        for (const Sample& x : carrier.subspan(i * kDecimation, kDecimation)) {
            sums[i] += x;
            power += std::norm(x);
        }
    const double frequency = peak(sums, 0, range * kDecimation);
    return {frequency / kDecimation, std::norm(spectrum(sums, frequency)) / power};
}

} // namespace depinsat::sync
