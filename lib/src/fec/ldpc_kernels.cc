#include "fec/ldpc_kernels.h"
#include "fec/ldpc_staircase_end.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fec/ldpc_kernels.cc" // compiled once per SIMD target
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace depinsat::fec::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<int8_t, kColumn>;
using U = hn::RebindToUnsigned<D>;
using V = hn::Vec<D>;
using M = hn::Vec<U>;

HWY_INLINE M magnitude(V value)
{
    return hn::BitCast(U(), hn::Abs(value)); // 128 of -128
}

HWY_INLINE V negate_if_negative(V sign, V value)
{
#if HWY_TARGET <= HWY_AVX3 // has masks
    return hn::IfNegativeThenElse(sign, hn::Sub(hn::Zero(D()), value), value);
#else
    const V negative = hn::VecFromMask(D(), hn::Lt(sign, hn::Zero(D())));
    return hn::Sub(hn::Xor(value, negative), negative);
#endif
}

HWY_INLINE void repeat_first_lanes(int8_t* group)
{
    const D d;
    for (size_t i = 0; i < kColumn; i += hn::Lanes(d))
        hn::StoreU(hn::Load(d, group + i), d, group + kLdpcGroup + i);
}

/// LdpcRule, in every lane.
struct Rule {
    explicit Rule(const LdpcRule& rule)
        : first_offset(hn::Set(U(), rule.first_offset)),
          second_offset(hn::Set(U(), rule.second_offset)),
          near(hn::Set(U(), rule.near)),
          largest(hn::Set(U(), rule.largest))
    {}

    M first_offset, second_offset, near, largest;
};

/// What checks know when all their edges have come in: the two least magnitudes, and the sign
/// bits of all variables together.
struct Minima {
    HWY_INLINE Minima(V a, V b)
        : first(hn::Min(magnitude(a), magnitude(b))),
          second(hn::Max(magnitude(a), magnitude(b))),
          parity(hn::Xor(a, b))
    {}

    HWY_INLINE void add(V a)
    {
        second = hn::Min(second, hn::Max(first, magnitude(a)));
        first = hn::Min(first, magnitude(a));
        parity = hn::Xor(parity, a);
    }

    HWY_INLINE void add(V a, V b)
    {
        const M low = hn::Min(magnitude(a), magnitude(b));
        const M high = hn::Max(magnitude(a), magnitude(b));
        second = hn::Min(hn::Min(second, high), hn::Max(first, low));
        first = hn::Min(first, low);
        parity = hn::Xor3(parity, a, b);
    }

    M first, second;
    V parity;
};

/// What all messages of a check are made of.
struct Answer {
    HWY_INLINE Answer(const Rule& rule, const Minima& minima)
        : least(minima.first), parity(minima.parity)
    {
        const D d;
        const M gap = hn::SaturatedSub(minima.second, least);
        const M near = hn::SaturatedSub(rule.near, hn::AverageRound(gap, hn::Zero(U())));
        const M first_size = hn::SaturatedSub(least, hn::Add(rule.first_offset, near));
        const M second_size = hn::SaturatedSub(minima.second, rule.second_offset);
        first = hn::BitCast(d, hn::Min(first_size, rule.largest));
        second = hn::BitCast(d, hn::Min(second_size, rule.largest));
    }

    HWY_INLINE explicit Answer(const int8_t* from)
        : least(hn::BitCast(U(), hn::Load(D(), from))),
          first(hn::Load(D(), from + kColumn)),
          second(hn::Load(D(), from + 2 * kColumn)),
          parity(hn::Load(D(), from + 3 * kColumn))
    {}

    HWY_INLINE void store(int8_t* to) const
    {
        hn::Store(hn::BitCast(D(), least), D(), to);
        hn::Store(first, D(), to + kColumn);
        hn::Store(second, D(), to + 2 * kColumn);
        hn::Store(parity, D(), to + 3 * kColumn);
    }

    /// The new message to a variable.
    HWY_INLINE V to(V variable) const
    {
        const auto is_least = hn::RebindMask(D(), hn::Eq(magnitude(variable), least));
        return negate_if_negative(hn::Xor(parity, variable),
                                  hn::IfThenElse(is_least, second, first));
    }

    M least;
    V first, second, parity;
};

/// One vector of all edges: variables, and what the checks answer to them.
/// @tparam kFirst  in the first iteration there are no messages yet.
template <bool kFirst>
HWY_INLINE void collect(const Rule& rule,
                        size_t degree,
                        const int8_t* HWY_RESTRICT posteriors,
                        const uint32_t* HWY_RESTRICT loads,
                        const int8_t* HWY_RESTRICT messages,
                        int8_t* HWY_RESTRICT variables,
                        int8_t* HWY_RESTRICT answer)
{
    const auto variable = [=](size_t e) HWY_ATTR {
        V value = hn::LoadU(D(), posteriors + loads[e]);
        if constexpr (!kFirst)
            value = hn::SaturatedSub(value, hn::Load(D(), messages + e * kColumn));
        hn::Store(value, D(), variables + e * kColumn);
        return value;
    };
    Minima minima(variable(0), variable(1));
    size_t e = 2;
    for (; e + 1 < degree; e += 2)
        minima.add(variable(e), variable(e + 1));
    if (e < degree)
        minima.add(variable(e));
    Answer(rule, minima).store(answer);
}

template <bool kFirst>
HWY_INLINE void gather(const LdpcSchedule& schedule,
                       const Rule& rule,
                       const LdpcLayer& layer,
                       const LdpcState& state)
{
    const size_t degree = layer.degree;
    const uint32_t* loads = &schedule.loads[layer.first_edge * kColumns];
    const int8_t* messages = state.messages + layer.first_edge * kColumns * kColumn;
    for (size_t c = 0; c < kColumns; ++c)
        for (size_t i = 0; i < kColumn; i += hn::Lanes(D()))
            collect<kFirst>(rule, degree, state.posteriors + i, loads + c * degree,
                            messages + c * degree * kColumn + i,
                            state.variables + c * degree * kColumn + i,
                            state.answers + 4 * c * kColumn + i);
}

/// One vector of all edges: messages, and posteriors but where the layer repeats a group; there
/// the difference of the messages is left in place of the variables.
/// @param wrapped  this many edges get the vector behind their group, too.
template <bool kFirst>
HWY_INLINE void update(const LdpcLayer& layer,
                       size_t wrapped,
                       const int8_t* HWY_RESTRICT answers,
                       const uint32_t* HWY_RESTRICT groups,
                       int8_t* HWY_RESTRICT posteriors,
                       int8_t* HWY_RESTRICT messages,
                       int8_t* HWY_RESTRICT variables)
{
    const D d;
    const Answer answer(answers);
    const size_t plain = layer.plain, degree = layer.degree;
    const auto posterior = [=](size_t e) HWY_ATTR {
        const V variable = hn::Load(D(), variables + e * kColumn);
        const V message = answer.to(variable);
        hn::Store(message, D(), messages + e * kColumn);
        return hn::SaturatedAdd(variable, message);
    };
    size_t e = 0;
    for (; e < wrapped; ++e) {
        const V value = posterior(e);
        hn::Store(value, d, posteriors + groups[e]);
        hn::StoreU(value, d, posteriors + groups[e] + kLdpcGroup);
    }
    for (; e < plain; ++e)
        hn::Store(posterior(e), d, posteriors + groups[e]);
    for (; e < degree; ++e) {
        const V message = answer.to(hn::Load(d, variables + e * kColumn));
        const V before = kFirst ? hn::Zero(d) : hn::Load(d, messages + e * kColumn);
        hn::Store(message, d, messages + e * kColumn);
        hn::Store(hn::SaturatedSub(message, before), d, variables + e * kColumn);
    }
}

template <bool kFirst>
HWY_INLINE void
scatter(const LdpcSchedule& schedule, const LdpcLayer& layer, const LdpcState& state)
{
    const size_t column = layer.degree * kColumn;
    const uint32_t* groups = &schedule.groups[layer.first_edge];
    int8_t* messages = state.messages + layer.first_edge * kColumns * kColumn;
    for (size_t c = 0; c < kColumns; ++c)
        for (size_t i = 0; i < kColumn; i += hn::Lanes(D()))
            update<kFirst>(layer, c == 0 ? layer.wrapped : 0,
                           state.answers + 4 * c * kColumn + i, groups,
                           state.posteriors + c * kColumn + i, messages + c * column + i,
                           state.variables + c * column + i);
}

/// Adds the differences that update() left for an edge into a group that the layer has
/// changed already.
HWY_INLINE void add_difference(const LdpcColumns& loads,
                               uint32_t group,
                               size_t stride,
                               int8_t* HWY_RESTRICT posteriors,
                               int8_t* HWY_RESTRICT differences)
{
    const D d;
    for (size_t c = 0; c < kColumns; ++c)
        for (size_t i = 0; i < kColumn; i += hn::Lanes(d)) {
            int8_t* difference = differences + c * stride + i;
            const V before = hn::LoadU(d, posteriors + loads.at[c] + i);
            hn::Store(hn::SaturatedAdd(before, hn::Load(d, difference)), d, difference);
        }
    for (size_t c = 0; c < kColumns; ++c)
        for (size_t i = 0; i < kColumn; i += hn::Lanes(d))
            hn::Store(hn::Load(d, differences + c * stride + i), d,
                      posteriors + group + c * kColumn + i);
    repeat_first_lanes(posteriors + group);
}

template <bool kFirst>
void iterate_layers(const LdpcSchedule& schedule, const Rule& rule, const LdpcState& state)
{
    const StaircaseEnd end(schedule, state);
    const LdpcColumns* repeat = schedule.repeats.data();
    for (const LdpcLayer& layer : schedule.layers) {
        gather<kFirst>(schedule, rule, layer, state);
        scatter<kFirst>(schedule, layer, state);
        for (size_t e = layer.plain; e < layer.degree; ++e)
            add_difference(*repeat++, schedule.groups[layer.first_edge + e],
                           layer.degree * kColumn, state.posteriors,
                           state.variables + e * kColumn);
        if (layer.first_edge == 0)
            end.restore_rotated(layer, state);
    }
}

void iterate(const LdpcSchedule& schedule,
             const LdpcRule& rule,
             const LdpcState& state,
             bool first)
{
    if (first)
        iterate_layers<true>(schedule, Rule(rule), state);
    else
        iterate_layers<false>(schedule, Rule(rule), state);
}

} // namespace depinsat::fec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace depinsat::fec {

HWY_EXPORT(iterate);

void ldpc_iterate(const LdpcSchedule& schedule,
                  const LdpcRule& rule,
                  const LdpcState& state,
                  bool first)
{
    HWY_DYNAMIC_DISPATCH(iterate)(schedule, rule, state, first);
}

} // namespace depinsat::fec
#endif
