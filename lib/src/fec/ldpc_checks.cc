#include "fec/ldpc_kernels.h"
#include "fec/ldpc_staircase_end.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fec/ldpc_checks.cc" // compiled once per SIMD target
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace depinsat::fec::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<int8_t, kColumn>;
using V = hn::Vec<D>;

bool layer_holds(const LdpcSchedule& schedule,
                 const LdpcLayer& layer,
                 const int8_t* HWY_RESTRICT posteriors)
{
    const D d;
    const LdpcColumns* edges = &schedule.checks[layer.first_edge];
    for (size_t c = 0; c < kColumns; ++c)
        for (size_t i = 0; i < kColumn; i += hn::Lanes(d)) {
            V parity = hn::Zero(d);
            for (size_t e = 0; e < layer.degree; ++e)
                parity = hn::Xor(parity, hn::LoadU(d, posteriors + edges[e].at[c] + i));
            if (!hn::AllFalse(d, hn::Lt(parity, hn::Zero(d))))
                return false;
        }
    return true;
}

bool every_bit_is_known(const LdpcSchedule& schedule, const int8_t* posteriors)
{
    const D d;
    for (size_t group = 0; group < schedule.rotations.size(); ++group)
        for (size_t i = 0; i < kColumns * kColumn; i += hn::Lanes(d)) {
            const V bits = hn::Load(d, posteriors + group * kPaddedGroup + i);
            if (!hn::AllFalse(d, hn::Eq(bits, hn::Zero(d))))
                return false;
        }
    return true;
}

bool first_layer_holds(const LdpcSchedule& schedule, const LdpcState& state)
{
    const StaircaseEnd end(schedule, state);
    const bool result = layer_holds(schedule, schedule.layers.front(), state.posteriors);
    end.restore();
    return result;
}

bool holds(const LdpcSchedule& schedule, const LdpcState& state, size_t& first)
{
    const size_t count = schedule.layers.size();
    for (size_t i = 0; i < count; ++i) {
        const size_t j = first + i < count ? first + i : first + i - count;
        const bool result = j == 0
                                ? first_layer_holds(schedule, state)
                                : layer_holds(schedule, schedule.layers[j], state.posteriors);
        if (!result) {
            first = j;
            return false;
        }
    }
    return every_bit_is_known(schedule, state.posteriors);
}

} // namespace depinsat::fec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace depinsat::fec {

HWY_EXPORT(holds);

bool ldpc_holds(const LdpcSchedule& schedule, const LdpcState& state, size_t& first)
{
    return HWY_DYNAMIC_DISPATCH(holds)(schedule, state, first);
}

} // namespace depinsat::fec
#endif
