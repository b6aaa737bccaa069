#include "fec/circulant_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fec/circulant_kernels.cc" // compiled once per SIMD target
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace depinsat::fec::circulants::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <size_t kLanes>
using Signed = hn::CappedTag<int8_t, kLanes>;

alignas(64) constexpr uint8_t kAllButLast[kSliceLanes] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0};

/// A value, negated where `sign` is negative.
template <class D, class V>
HWY_INLINE V with_sign(D d, V value, V sign)
{
#if HWY_TARGET <= HWY_AVX3
    return hn::IfNegativeThenElse(sign, hn::Sub(hn::Zero(d), value), value);
#else
    (void)d;
    const V mask = hn::BroadcastSignBit(sign);
    return hn::Sub(hn::Xor(value, mask), mask);
#endif
}

/// What a vector of checks knows.
template <class DI>
struct Minima {
    using DU = hn::RebindToUnsigned<DI>;
    using VI = hn::Vec<DI>;
    using VU = hn::Vec<DU>;
    VU first, second;
    VI parity; // the sign counts

    HWY_INLINE explicit Minima(uint8_t largest)
        : first(hn::Set(DU(), largest)), second(first), parity(hn::Zero(DI()))
    {}

    HWY_INLINE void collect(VI variable)
    {
        const VU size = hn::BitCast(DU(), hn::Abs(variable)); // that of -128 is 128
        second = hn::Min(second, hn::Max(first, size));
        first = hn::Min(first, size);
        parity = hn::Xor(parity, variable);
    }
};

/// Messages to the edges, ready but for the sign of each variable.
template <class DI>
struct Replies {
    using DU = hn::RebindToUnsigned<DI>;
    using VI = hn::Vec<DI>;
    using VU = hn::Vec<DU>;
    VU least;
    VI to_others, to_least; // with the sign of the whole check

    HWY_INLINE Replies(const Minima<DI>& minima, const Correction& how, const uint8_t* mask)
        : least(minima.first)
    {
        to_others = with_sign(DI(), corrected(minima.first, how, mask), minima.parity);
        to_least = with_sign(DI(), corrected(minima.second, how, mask), minima.parity);
    }

    static HWY_INLINE VU floor_average(VU a, VU b)
    {
        return hn::Not(hn::AverageRound(hn::Not(a), hn::Not(b)));
    }

    static HWY_INLINE VI corrected(VU size, const Correction& how, const uint8_t* mask)
    {
        const DU du;
        const VU half = hn::AverageRound(size, hn::Zero(du));
        size = how.scale ? floor_average(size, half)
                         : hn::Max(hn::SaturatedSub(size, hn::Set(du, how.offset)), half);
        if (mask != nullptr)
            size = hn::And(size, hn::LoadU(du, mask));
        return hn::BitCast(DI(), size);
    }

    HWY_INLINE VI message_to(VI variable) const
    {
        const VU size = hn::BitCast(DU(), hn::Abs(variable));
        const auto is_least = hn::RebindMask(DI(), hn::Eq(size, least));
        return with_sign(DI(), hn::IfThenElse(is_least, to_least, to_others), variable);
    }
};

/// One vector of the checks of a slice whose edges lead to different bits.
template <class DI>
HWY_INLINE void
update_vector(const CirculantWork& work, const Slice& slice, size_t lane, int8_t* variables)
{
    const DI d;
    const SliceEdge* edges = work.edges.data() + slice.first_edge;
    int8_t* posteriors = work.posteriors + lane;
    int8_t* messages = work.messages + slice.first_edge * kSliceLanes + lane;
    Minima<DI> minima(work.correction.largest);
    for (size_t e = 0; e < slice.edges; ++e) {
        const auto variable = hn::SaturatedSub(hn::LoadU(d, posteriors + edges[e].place),
                                               hn::Load(d, messages + e * kSliceLanes));
        minima.collect(variable);
        hn::Store(variable, d, variables + e * kSliceLanes);
    }
    const Replies<DI> replies(minima, work.correction,
                              slice.ragged ? kAllButLast + lane : nullptr);
    const auto update = [&](size_t e) HWY_ATTR {
        const auto variable = hn::Load(d, variables + e * kSliceLanes);
        const auto message = replies.message_to(variable);
        hn::Store(message, d, messages + e * kSliceLanes);
        const auto posterior = hn::SaturatedAdd(variable, message);
        hn::StoreU(posterior, d, posteriors + edges[e].place);
        return posterior;
    };
    for (size_t e = 0; e < slice.copied; ++e)
        hn::StoreU(update(e), d, posteriors + edges[e].copy);
    for (size_t e = slice.copied; e < slice.edges; ++e)
        update(e);
}

/// A slice that is a whole block row, whose edges may lead to the same bits.
template <size_t kLanes>
struct WholeRow {
    using DI = Signed<kLanes>;
    const CirculantWork& work;
    const Slice& slice;
    const SliceEdge* edges = work.edges.data() + slice.first_edge;
    int8_t* messages = work.messages + slice.first_edge * kSliceLanes;
    int8_t* variables;

    HWY_INLINE void store_everywhere(hn::Vec<DI> posterior, int8_t* at)
    {
        const DI d;
        hn::StoreU(posterior, d, at - kLanes);
        hn::StoreU(posterior, d, at);
        hn::StoreU(posterior, d, at + kLanes);
    }

    HWY_INLINE void gather()
    {
        const DI d;
        for (size_t e = 0; e < slice.edges; ++e)
            for (size_t lane = 0; lane < kLanes; lane += hn::Lanes(d)) {
                const size_t at = e * kSliceLanes + lane;
                const int8_t* posterior = work.posteriors + edges[e].place + lane;
                hn::Store(hn::SaturatedSub(hn::LoadU(d, posterior), hn::Load(d, messages + at)),
                          d, variables + at);
            }
    }

    HWY_INLINE void update_lane(size_t lane)
    {
        const DI d;
        Minima<DI> minima(work.correction.largest);
        for (size_t e = 0; e < slice.edges; ++e)
            minima.collect(hn::Load(d, variables + e * kSliceLanes + lane));
        const Replies<DI> replies(minima, work.correction, nullptr);
        for (size_t e = 0; e < slice.edges; ++e)
            reply(replies, e, lane);
    }

    /// Leaves the new posterior where the variable was; for a shared edge, what changes.
    HWY_INLINE void reply(const Replies<DI>& replies, size_t e, size_t lane)
    {
        const DI d;
        int8_t* at = variables + e * kSliceLanes + lane;
        int8_t* message = messages + e * kSliceLanes + lane;
        const auto variable = hn::Load(d, at);
        const auto before = hn::Load(d, message);
        const auto now = replies.message_to(variable);
        hn::Store(now, d, message);
        const bool first = e + slice.shared < slice.edges;
        hn::Store(first ? hn::SaturatedAdd(variable, now) : hn::SaturatedSub(now, before), d,
                  at);
    }

    HWY_INLINE void scatter()
    {
        const DI d;
        const size_t step = hn::Lanes(d);
        for (size_t e = 0; e < slice.edges; ++e) {
            int8_t* posterior = work.posteriors + edges[e].place;
            const bool first = e + slice.shared < slice.edges;
            for (size_t lane = 0; lane < kLanes; lane += step) {
                auto value = hn::Load(d, variables + e * kSliceLanes + lane);
                if (!first)
                    value = hn::SaturatedAdd(hn::LoadU(d, posterior + lane), value);
                store_everywhere(value, posterior + lane);
            }
        }
    }
};

constexpr size_t kMostEdges = 32; // of a check

template <size_t kLanes>
void update_with(const CirculantWork& work)
{
    alignas(64) int8_t variables[kMostEdges * kSliceLanes];
    using DI = Signed<kLanes>;
    const size_t step = hn::Lanes(DI());
    for (const Slice& slice : work.slices) {
        if (work.circulant > kLanes) {
            for (size_t lane = 0; lane < kLanes; lane += step)
                update_vector<DI>(work, slice, lane, variables);
            continue;
        }
        WholeRow<kLanes> row{.work = work, .slice = slice, .variables = variables};
        row.gather();
        for (size_t lane = 0; lane < kLanes; lane += step)
            row.update_lane(lane);
        row.scatter();
    }
}

void update_slices(const CirculantWork& work)
{
    work.lanes == 64   ? update_with<64>(work)
    : work.lanes == 32 ? update_with<32>(work)
                       : update_with<16>(work);
}

template <size_t kLanes>
bool slice_holds(const CirculantWork& work, const Slice& slice)
{
    const Signed<kLanes> d;
    const SliceEdge* edges = work.edges.data() + slice.first_edge;
    auto failed = hn::Zero(d);
    for (size_t lane = 0; lane < kLanes; lane += hn::Lanes(d)) {
        auto parity = hn::Zero(d);
        for (size_t e = 0; e < slice.edges; ++e)
            parity = hn::Xor(parity, hn::LoadU(d, work.posteriors + edges[e].place + lane));
        failed = hn::Or(failed, parity);
    }
    return hn::AllFalse(d, hn::MaskFromVec(hn::BroadcastSignBit(failed)));
}

template <size_t kLanes>
bool hold_with(const CirculantWork& work, size_t& start)
{
    const size_t count = work.slices.size();
    for (size_t i = 0; i < count; ++i) {
        const size_t at = start + i < count ? start + i : start + i - count;
        if (!slice_holds<kLanes>(work, work.slices[at])) {
            start = at;
            return false;
        }
    }
    return true;
}

bool slices_hold(const CirculantWork& work, size_t& start)
{
    return work.lanes == 64   ? hold_with<64>(work, start)
           : work.lanes == 32 ? hold_with<32>(work, start)
                              : hold_with<16>(work, start);
}

} // namespace depinsat::fec::circulants::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace depinsat::fec::circulants {
HWY_EXPORT(update_slices);
HWY_EXPORT(slices_hold);
} // namespace depinsat::fec::circulants

namespace depinsat::fec {
using namespace circulants;

void update_checks(const CirculantWork& work)
{
    HWY_DYNAMIC_DISPATCH(update_slices)(work);
}

bool checks_hold(const CirculantWork& work, size_t& start)
{
    return HWY_DYNAMIC_DISPATCH(slices_hold)(work, start);
}

} // namespace depinsat::fec
#endif
