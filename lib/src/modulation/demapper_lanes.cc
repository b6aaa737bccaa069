#include "demapper_lanes.h"

#include "demapper_mirrors.h"

#include <array>
#include <cassert>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "modulation/demapper_lanes.cc" // compiled once per SIMD target
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace depinsat::modulation::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr size_t kMostPoints = 256, kMostBits = 8, kMostLanes = 16;
constexpr float kLargest = 1e15f; // beyond, only the direction counts; squares stay finite

using Lanes = hn::CappedTag<float, kMostLanes>;
using Metrics = float[kMostPoints * kMostLanes];

/// metric[p] = (|y|^2 - |y - p|^2) / 2 of each symbol.
template <class V>
void measure(std::span<const Sample> points, V i, V q, float* HWY_RESTRICT metric)
{
    const Lanes d;
    for (const Sample& p : points) {
        const auto half_power = hn::Set(d, -0.5f * std::norm(p));
        const auto sum = hn::MulAdd(i, hn::Set(d, p.real()), half_power);
        hn::Store(hn::MulAdd(q, hn::Set(d, p.imag()), sum), d, metric);
        metric += hn::Lanes(d);
    }
}

/// Best metric with the first bit 0 less the best with it 1; folds the halves together, so
/// that what remains are the best metrics of the labels without that bit.
HWY_INLINE hn::Vec<Lanes> fold(float* HWY_RESTRICT metric, size_t half)
{
    const Lanes d;
    const size_t lanes = hn::Lanes(d);
    auto best0 = hn::Load(d, metric), best1 = hn::Load(d, metric + half * lanes);
    hn::Store(hn::Max(best0, best1), d, metric);
    for (size_t k = 1; k < half; ++k) {
        const auto m0 = hn::Load(d, metric + k * lanes);
        const auto m1 = hn::Load(d, metric + (half + k) * lanes);
        best0 = hn::Max(best0, m0);
        best1 = hn::Max(best1, m1);
        hn::Store(hn::Max(m0, m1), d, metric + k * lanes);
    }
    return hn::Sub(best0, best1);
}

/// metric[p] as measure(), of a quarter of the points, for |I| and |Q| with the signs that the
/// points of the quarter have: those are the nearest of each four that mirror each other.
/// @param other_i, other_q  the best metric on the other side of the I or Q axis.
template <class V>
void measure_quarter(
    const Mirrors& mirrors, V i, V q, float* HWY_RESTRICT metric, V& other_i, V& other_q)
{
    const Lanes d;
    other_i = other_q = hn::Set(d, -1e38f);
    for (const Sample& p : mirrors.quarter()) {
        const auto re = hn::Set(d, p.real()), im = hn::Set(d, p.imag());
        const auto half_power = hn::Set(d, -0.5f * std::norm(p));
        const auto with_i = hn::MulAdd(re, i, half_power);
        const auto against_i = hn::NegMulAdd(re, i, half_power);
        hn::Store(hn::MulAdd(im, q, with_i), d, metric);
        other_i = hn::Max(other_i, hn::MulAdd(im, q, against_i));
        other_q = hn::Max(other_q, hn::NegMulAdd(im, q, with_i));
        metric += hn::Lanes(d);
    }
}

/// Scales, limits and rounds.
template <class V, class M>
void put(V llr, V scale, M known, int32_t* HWY_RESTRICT values)
{
    const Lanes d;
    const auto most = hn::Set(d, float(kLlrMax)), fewest = hn::Set(d, float(-kLlrMax));
    const auto limited = hn::Min(hn::Max(hn::Mul(llr, scale), fewest), most);
    hn::Store(hn::NearestInt(hn::IfThenElseZero(known, limited)), hn::RebindToSigned<Lanes>(),
              values);
}

/// As demap_vector() behind the measuring, for a constellation that mirrors itself in both
/// axes.
template <class V, class M>
void demap_mirrored(const Mirrors& mirrors,
                    V i,
                    V q,
                    V scale,
                    M known,
                    float* HWY_RESTRICT metric,
                    int32_t* HWY_RESTRICT values)
{
    const Lanes d;
    const size_t lanes = hn::Lanes(d);
    auto other_i = hn::Undefined(d), other_q = hn::Undefined(d);
    measure_quarter(mirrors, hn::Abs(i), hn::Abs(q), metric, other_i, other_q);
    size_t half = mirrors.quarter().size() / 2;
    for (unsigned k = 0; k < mirrors.other_bits; ++k, half /= 2)
        put(fold(metric, half), scale, known, values + mirrors.bit_of[k] * lanes);
    const auto best = hn::Load(d, metric);
    const auto zero = hn::Zero(d);
    const auto llr_i = hn::Sub(best, other_i), llr_q = hn::Sub(best, other_q);
    const auto i_is_0 = hn::Ge(hn::Mul(i, hn::Set(d, mirrors.sign_i)), zero);
    const auto q_is_0 = hn::Ge(hn::Mul(q, hn::Set(d, mirrors.sign_q)), zero);
    put(hn::IfThenElse(i_is_0, llr_i, hn::Neg(llr_i)), scale, known,
        values + mirrors.bit_i * lanes);
    put(hn::IfThenElse(q_is_0, llr_q, hn::Neg(llr_q)), scale, known,
        values + mirrors.bit_q * lanes);
}

/// LLRs of as many symbols as there are lanes.
/// @param values  those of the first bit of all symbols, then of the second ...
void demap_vector(const Constellation& constellation,
                  const Mirrors& mirrors,
                  const float* HWY_RESTRICT components,
                  float scale,
                  float* HWY_RESTRICT metric,
                  int32_t* HWY_RESTRICT values)
{
    const Lanes d;
    const auto largest = hn::Set(d, kLargest), least = hn::Set(d, -kLargest);
    auto i = hn::Undefined(d), q = hn::Undefined(d);
    hn::LoadInterleaved2(d, components, i, q);
    const auto known = hn::And(hn::IsFinite(i), hn::IsFinite(q));
    i = hn::Min(hn::Max(hn::IfThenElseZero(known, i), least), largest);
    q = hn::Min(hn::Max(hn::IfThenElseZero(known, q), least), largest);
    const auto scales = hn::Set(d, scale);
    if (mirrors.found)
        return demap_mirrored(mirrors, i, q, scales, known, metric, values);
    measure(constellation.points, i, q, metric);
    size_t half = constellation.points.size() / 2;
    for (unsigned bit = 0; bit < constellation.bits_per_symbol; ++bit, half /= 2)
        put(fold(metric, half), scales, known, values + bit * hn::Lanes(d));
}

void demap_all(const Constellation& constellation,
               const Mirrors& mirrors,
               std::span<const Sample> symbols,
               float scale,
               Llr* llrs)
{
    const size_t lanes = hn::Lanes(Lanes());
    const unsigned bits = constellation.bits_per_symbol;
    HWY_ALIGN Metrics metric;
    HWY_ALIGN int32_t values[kMostBits * kMostLanes];
    HWY_ALIGN float rest[2 * kMostLanes] = {};
    for (size_t begin = 0; begin < symbols.size(); begin += lanes) {
        const size_t count = HWY_MIN(lanes, symbols.size() - begin);
        const float* from = reinterpret_cast<const float*>(symbols.data() + begin);
        if (count < lanes) {
            for (size_t k = 0; k < 2 * count; ++k)
                rest[k] = from[k];
            from = rest;
        }
        demap_vector(constellation, mirrors, from, scale, metric, values);
        for (size_t k = 0; k < count; ++k)
            for (unsigned bit = 0; bit < bits; ++bit)
                *llrs++ = {int8_t(values[bit * lanes + k])};
    }
}

} // namespace depinsat::modulation::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace depinsat::modulation {

HWY_EXPORT(demap_all);

void demap_lanes(const Constellation& constellation,
                 std::span<const Sample> symbols,
                 float scale,
                 std::span<Llr> llrs)
{
    assert(constellation.points.size() == size_t(1) << constellation.bits_per_symbol);
    assert(constellation.bits_per_symbol >= 2 && constellation.bits_per_symbol <= 8);
    HWY_DYNAMIC_DISPATCH(demap_all)
    (constellation, find_mirrors(constellation), symbols, scale, llrs.data());
}

} // namespace depinsat::modulation
#endif
