#include "sync/rotor.h"

#include <cassert>
#include <cmath>
#include <numbers>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sync/rotor.cc" // compiled once per SIMD target
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace depinsat::sync::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

/// `kernel(k, phasor)` of each sample.
template <class Kernel>
void for_all(const Rotor& rotor, Sample first, size_t count, Kernel kernel)
{
    for (size_t k = 0; k < count; ++k) {
        const size_t step = k % Rotor::kSteps;
        if (k > 0 && step == 0)
            first *= Sample(rotor.re[Rotor::kSteps], rotor.im[Rotor::kSteps]);
        kernel(k, first * Sample(rotor.re[step], rotor.im[step]));
    }
}

void turn_all(const Rotor& rotor, Sample first, float* samples, size_t count)
{
    auto* x = reinterpret_cast<Sample*>(samples);
    for_all(rotor, first, count, [x](size_t k, Sample phasor) { x[k] *= phasor; });
}

Sample sum_all(const Rotor& rotor, const float* samples, size_t count)
{
    const auto* x = reinterpret_cast<const Sample*>(samples);
    Sample sum = 0;
    for_all(rotor, Sample(1), count, [&](size_t k, Sample phasor) { sum += x[k] * phasor; });
    return sum;
}

#else

using Lanes = hn::CappedTag<float, Rotor::kSteps>;
// I and Q stand by turns. With the phasor's real part in both lanes of a pair, and its
// imaginary part as (-im, im), x * re + swapped(x) * im is the product.

/// Writes `first * exp(-j 2 pi frequency k)` of the pairs from number `from` on.
HWY_INLINE void start(const Rotor& rotor,
                      Sample first,
                      size_t from,
                      float* HWY_RESTRICT re,
                      float* HWY_RESTRICT im)
{
    for (size_t pair = 0; pair < hn::Lanes(Lanes()) / 2; ++pair) {
        const float a = rotor.re[from + pair], b = rotor.im[from + pair];
        re[2 * pair] = re[2 * pair + 1] = first.real() * a - first.imag() * b;
        im[2 * pair + 1] = first.real() * b + first.imag() * a;
        im[2 * pair] = -im[2 * pair + 1];
    }
}

/// `kernel(samples, re, im)` of each vector in turn; two at once, so that the steps of the
/// phasors of one hide the latency of the other's. What fills no two vectors is in `rest`.
template <class Float, class Kernel>
HWY_INLINE void for_all(
    const Rotor& rotor, Sample first, Float* samples, size_t whole, Float* rest, Kernel kernel)
{
    const Lanes d;
    const size_t lanes = hn::Lanes(d);
    HWY_ALIGN float re[Rotor::kSteps], im[Rotor::kSteps];
    start(rotor, first, 0, re, im);
    auto re0 = hn::Load(d, re), im0 = hn::Load(d, im);
    start(rotor, first, lanes / 2, re, im);
    auto re1 = hn::Load(d, re), im1 = hn::Load(d, im);
    const auto step_re = hn::Set(d, rotor.re[lanes]), turn = hn::Set(d, rotor.im[lanes]);
    const auto step_im = hn::OddEven(turn, hn::Neg(turn));
    for (size_t i = 0; i < whole; i += 2 * lanes) {
        kernel(samples + i, re0, im0);
        kernel(samples + i + lanes, re1, im1);
        const auto next0 = hn::NegMulAdd(im0, step_im, hn::Mul(re0, step_re));
        const auto next1 = hn::NegMulAdd(im1, step_im, hn::Mul(re1, step_re));
        im0 = hn::MulAdd(re0, step_im, hn::Mul(im0, step_re));
        im1 = hn::MulAdd(re1, step_im, hn::Mul(im1, step_re));
        re0 = next0;
        re1 = next1;
    }
    kernel(rest, re0, im0);
    kernel(rest + lanes, re1, im1);
}

HWY_INLINE size_t in_whole_vectors(size_t floats)
{
    const size_t unit = 2 * hn::Lanes(Lanes());
    return floats / unit * unit;
}

void turn_all(const Rotor& rotor, Sample first, float* samples, size_t count)
{
    const size_t whole = in_whole_vectors(2 * count);
    HWY_ALIGN float rest[2 * Rotor::kSteps] = {};
    for (size_t i = whole; i < 2 * count; ++i)
        rest[i - whole] = samples[i];
    for_all(rotor, first, samples, whole, rest, [](float* at, auto re, auto im) {
        const Lanes d;
        const auto x = hn::LoadU(d, at);
        hn::StoreU(hn::MulAdd(x, re, hn::Mul(hn::Reverse2(d, x), im)), d, at);
    });
    for (size_t i = whole; i < 2 * count; ++i)
        samples[i] = rest[i - whole];
}

Sample sum_all(const Rotor& rotor, const float* samples, size_t count)
{
    const Lanes d;
    const size_t whole = in_whole_vectors(2 * count);
    HWY_ALIGN float values[2 * Rotor::kSteps] = {};
    for (size_t i = whole; i < 2 * count; ++i)
        values[i - whole] = samples[i];
    const float* rest = values;
    auto sum = hn::Zero(d), swapped = hn::Zero(d);
    for_all(rotor, Sample(1), samples, whole, rest, [&](const float* at, auto re, auto im) {
        const auto x = hn::LoadU(d, at);
        sum = hn::MulAdd(x, re, sum);
        swapped = hn::MulAdd(hn::Reverse2(d, x), im, swapped);
    });
    hn::Store(hn::Add(sum, swapped), d, values);
    Sample total = 0;
    for (size_t i = 0; i < hn::Lanes(d); i += 2)
        total += Sample(values[i], values[i + 1]);
    return total;
}

#endif

} // namespace depinsat::sync::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace depinsat::sync {

HWY_EXPORT(turn_all);
HWY_EXPORT(sum_all);

std::complex<double> phasor(double cycles)
{
    return std::polar(1.0, -2 * std::numbers::pi * part_of_turn(cycles));
}

Rotor::Rotor(double frequency) : frequency_(frequency)
{
    const auto step = phasor(frequency);
    std::complex<double> power = 1;
    for (size_t k = 0; k <= kSteps; ++k) {
        re[k] = float(power.real());
        im[k] = float(power.imag());
        power = {power.real() * step.real() - power.imag() * step.imag(),
                 power.real() * step.imag() + power.imag() * step.real()};
    }
}

void turn(const Rotor& rotor, Sample first, Sample* samples, size_t count)
{
    assert(count <= Rotor::kMost);
    HWY_DYNAMIC_DISPATCH(turn_all)(rotor, first, reinterpret_cast<float*>(samples), count);
}

Sample turned_sum(const Rotor& rotor, const Sample* samples, size_t count)
{
    assert(count <= Rotor::kMost);
    return HWY_DYNAMIC_DISPATCH(sum_all)(rotor, reinterpret_cast<const float*>(samples), count);
}

} // namespace depinsat::sync
#endif
