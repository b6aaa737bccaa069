#include "fec/circulant_kernels.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fec/circulant_io.cc" // compiled once per SIMD target
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace depinsat::fec::circulants::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void load(const int8_t* llrs, size_t count, int8_t* posteriors)
{
    const hn::ScalableTag<int8_t> d;
    const hn::RebindToUnsigned<decltype(d)> du;
    size_t i = 0;
    for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
        const auto value = hn::LoadU(d, llrs + i);
        const auto half =
            hn::AverageRound(hn::BitCast(du, hn::Abs(value)), hn::Zero(du)); // |-128| is 128
        const auto size = hn::BitCast(d, hn::Min(half, hn::Set(du, kLargestInput)));
        const auto sign = hn::BroadcastSignBit(value);
        hn::StoreU(hn::Sub(hn::Xor(size, sign), sign), d, posteriors + i);
    }
    for (; i < count; ++i) {
        const int half = (llrs[i] + (llrs[i] > 0)) >> 1; // away from zero
        posteriors[i] = int8_t(std::clamp<int>(half, -kLargestInput, kLargestInput));
    }
}

bool find_zero(const int8_t* posteriors, size_t count)
{
    const hn::ScalableTag<int8_t> d;
    size_t i = 0;
    for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d))
        if (!hn::AllFalse(d, hn::Eq(hn::LoadU(d, posteriors + i), hn::Zero(d))))
            return true;
    for (; i < count; ++i)
        if (posteriors[i] == 0)
            return true;
    return false;
}

/// First lane on top of each byte.
HWY_INLINE uint64_t reverse_bits_of_bytes(uint64_t x)
{
    x = (x >> 1 & 0x5555555555555555) | (x & 0x5555555555555555) << 1;
    x = (x >> 2 & 0x3333333333333333) | (x & 0x3333333333333333) << 2;
    return (x >> 4 & 0x0f0f0f0f0f0f0f0f) | (x & 0x0f0f0f0f0f0f0f0f) << 4;
}

void pack(const int8_t* posteriors, uint8_t* bytes, size_t count)
{
    size_t i = 0;
#if HWY_TARGET != HWY_SCALAR // whose masks are no whole bytes
    const hn::ScalableTag<int8_t> d;
    for (; 8 * i + 64 <= 8 * count; i += 8) {
        uint8_t bits[8];
        for (size_t lane = 0; lane < 64; lane += hn::Lanes(d)) {
            const auto value = hn::LoadU(d, posteriors + 8 * i + lane);
            hn::StoreMaskBits(d, hn::Lt(value, hn::Zero(d)), bits + lane / 8);
        }
        uint64_t word;
        std::memcpy(&word, bits, 8);
        word = reverse_bits_of_bytes(word);
        std::memcpy(bytes + i, &word, 8);
    }
#endif
    for (; i < count; ++i) {
        unsigned byte = 0;
        for (size_t bit = 0; bit < 8; ++bit)
            byte = byte << 1 | (posteriors[8 * i + bit] < 0);
        bytes[i] = uint8_t(byte);
    }
}

} // namespace depinsat::fec::circulants::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace depinsat::fec::circulants {
HWY_EXPORT(load);
HWY_EXPORT(find_zero);
HWY_EXPORT(pack);
} // namespace depinsat::fec::circulants

namespace depinsat::fec {
using namespace circulants;

void load_llrs(std::span<const Llr> llrs, int8_t* posteriors)
{
    HWY_DYNAMIC_DISPATCH(load)
    (reinterpret_cast<const int8_t*>(llrs.data()), llrs.size(), posteriors);
}

bool any_zero(std::span<const int8_t> posteriors)
{
    return HWY_DYNAMIC_DISPATCH(find_zero)(posteriors.data(), posteriors.size());
}

void pack_signs(const int8_t* posteriors, std::span<uint8_t> bytes)
{
    HWY_DYNAMIC_DISPATCH(pack)(posteriors, bytes.data(), bytes.size());
}

} // namespace depinsat::fec
#endif
