#include "fec/raptorq_kernels.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fec/raptorq_kernels.cc" // this file, compiled once per SIMD target
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace depinsat::fec::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// A strip is a range of octets N vectors wide, of all symbols. Its sums stay in registers, and
// a whole schedule is run on one strip before the next so that it stays in the cache.
template <class D, size_t N>
struct Strip {
    using Sum = hn::Vec<D>[N];

    static HWY_INLINE void add(const uint8_t* from, Sum& sum)
    {
        const D d;
        HWY_UNROLL(8)
        for (size_t i = 0; i < N; ++i)
            sum[i] = hn::Xor(sum[i], hn::LoadU(d, from + i * hn::Lanes(d)));
    }

    static HWY_INLINE void clear(Sum& sum)
    {
        HWY_UNROLL(8)
        for (size_t i = 0; i < N; ++i)
            sum[i] = hn::Zero(D());
    }

    static HWY_INLINE void store(const Sum& sum, uint8_t* to)
    {
        const D d;
        HWY_UNROLL(8)
        for (size_t i = 0; i < N; ++i)
            hn::StoreU(sum[i], d, to + i * hn::Lanes(d));
    }

    static HWY_INLINE void add_to(const Sum& sum, uint8_t* to)
    {
        const D d;
        HWY_UNROLL(8)
        for (size_t i = 0; i < N; ++i) {
            uint8_t* const at = to + i * hn::Lanes(d);
            hn::StoreU(hn::Xor(sum[i], hn::LoadU(d, at)), d, at);
        }
    }

    // Multiplies by the octet 2.
    static HWY_INLINE void twice(Sum& sum)
    {
        const D d;
        const hn::RebindToSigned<D> di;
        const auto polynomial = hn::Set(d, uint8_t{0x1d});
        HWY_UNROLL(8)
        for (size_t i = 0; i < N; ++i) {
            const auto top = hn::Lt(hn::BitCast(di, sum[i]), hn::Zero(di));
            const auto carry = hn::And(hn::BitCast(d, hn::VecFromMask(di, top)), polynomial);
            sum[i] = hn::Xor(hn::Add(sum[i], sum[i]), carry);
        }
    }
};

// Of 8192 symbols such strips fill 1 MB, which is a second-level cache.
constexpr size_t kStripBytes = 128;

// Calls body(strip, offset) until all octets are covered. The last strip may go back over
// octets of the one before, so that none is cut; that gives them the same values again.
template <class D, class Body>
HWY_INLINE void cover(D d, size_t bytes, const Body& body)
{
    const size_t lanes = hn::Lanes(d);
    for (size_t done = 0; done < bytes;) {
        const size_t rest = bytes - done;
        const auto fits = [&](size_t n) {
            return n * lanes <= kStripBytes && rest > n / 2 * lanes && bytes >= n * lanes;
        };
        const size_t n = fits(8) ? 8 : fits(4) ? 4 : fits(2) ? 2 : 1;
        const size_t offset = std::min(done, bytes - n * lanes);
        if (n == 8)
            body(Strip<D, 8>(), offset);
        else if (n == 4)
            body(Strip<D, 4>(), offset);
        else if (n == 2)
            body(Strip<D, 2>(), offset);
        else
            body(Strip<D, 1>(), offset);
        done = offset + n * lanes;
    }
}

template <class Body>
HWY_INLINE void for_strips(size_t bytes, const Body& body)
{
    const hn::ScalableTag<uint8_t> whole;
    if (bytes >= hn::Lanes(whole))
        cover(whole, bytes, body);
    else if (bytes >= 16)
        cover(hn::CappedTag<uint8_t, 16>(), bytes, body);
    else
        cover(hn::CappedTag<uint8_t, 4>(), bytes, body);
}

template <class D, size_t N>
HWY_INLINE void run_program(Strip<D, N>,
                            std::span<const uint16_t> program,
                            bool all,
                            const RaptorQSlots& symbols,
                            size_t offset)
{
    using S = Strip<D, N>;
    uint8_t* const slots = symbols.slots + offset;
    const uint16_t* const end = program.data() + program.size();
    for (const uint16_t* at = program.data(); at != end; at += kSumHeader + at[3]) {
        typename S::Sum sum;
        S::clear(sum);
        if (at[1] != kNoInput)
            S::add(symbols.inputs[at[1]] + offset, sum);
        const uint16_t* const columns = at + kSumHeader;
        const size_t count = at[all ? 3 : 2];
        for (size_t i = 0; i < count; ++i)
            S::add(slots + columns[i] * symbols.stride, sum);
        S::store(sum, slots + at[0] * symbols.stride);
    }
}

// GAMMA is a running sum that is doubled from column to column; the last column of MT holds the
// powers of 2.
template <class D, size_t N>
HWY_INLINE void
run_hdpc(Strip<D, N>, const RaptorQHdpc& hdpc, const RaptorQSlots& symbols, size_t offset)
{
    using S = Strip<D, N>;
    const size_t stride = symbols.stride;
    uint8_t* const slots = symbols.slots + offset;
    uint8_t* const sums = slots + hdpc.first_slot * stride;
    typename S::Sum running;
    S::clear(running);
    for (unsigned i = 0; i < hdpc.count; ++i)
        S::store(running, sums + i * stride);
    const size_t last = hdpc.rows.size();
    for (size_t column = 0; column < last; ++column) {
        S::twice(running);
        S::add(slots + column * stride, running);
        S::add_to(running, sums + hdpc.rows[column][0] * stride);
        S::add_to(running, sums + hdpc.rows[column][1] * stride);
    }
    S::twice(running);
    S::add(slots + last * stride, running);
    for (unsigned i = 0; i < hdpc.count; ++i, S::twice(running))
        S::add_to(running, sums + i * stride);
}

void add_slots_kernel(std::span<const uint16_t> program, bool all, const RaptorQSlots& symbols)
{
    for_strips(symbols.bytes, [&](auto strip, size_t offset) HWY_ATTR {
        run_program(strip, program, all, symbols, offset);
    });
}

void add_slots_and_hdpc_kernel(std::span<const uint16_t> program,
                               const RaptorQHdpc& hdpc,
                               const RaptorQSlots& symbols)
{
    for_strips(symbols.bytes, [&](auto strip, size_t offset) HWY_ATTR {
        run_program(strip, program, false, symbols, offset);
        run_hdpc(strip, hdpc, symbols, offset);
    });
}

void add_slots_into_kernel(std::span<const uint16_t> slots,
                           const uint8_t* first_slot,
                           size_t stride,
                           std::span<uint8_t> out)
{
    for_strips(out.size(), [&](auto strip, size_t offset) HWY_ATTR {
        using S = decltype(strip);
        typename S::Sum sum;
        S::clear(sum);
        for (const size_t slot : slots)
            S::add(first_slot + slot * stride + offset, sum);
        S::store(sum, out.data() + offset);
    });
}

} // namespace depinsat::fec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace depinsat::fec {

HWY_EXPORT(add_slots_kernel);
HWY_EXPORT(add_slots_and_hdpc_kernel);
HWY_EXPORT(add_slots_into_kernel);

void add_slots(std::span<const uint16_t> program, bool all, const RaptorQSlots& symbols)
{
    HWY_DYNAMIC_DISPATCH(add_slots_kernel)(program, all, symbols);
}

void add_slots_and_hdpc(std::span<const uint16_t> program,
                        const RaptorQHdpc& hdpc,
                        const RaptorQSlots& symbols)
{
    HWY_DYNAMIC_DISPATCH(add_slots_and_hdpc_kernel)(program, hdpc, symbols);
}

void add_slots_into(std::span<const uint16_t> slots,
                    const uint8_t* first_slot,
                    size_t stride,
                    std::span<uint8_t> sum)
{
    HWY_DYNAMIC_DISPATCH(add_slots_into_kernel)(slots, first_slot, stride, sum);
}

} // namespace depinsat::fec
#endif
