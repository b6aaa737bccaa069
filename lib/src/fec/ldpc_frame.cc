#include "fec/ldpc_kernels.h"

#include <algorithm>
#include <array>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fec/ldpc_frame.cc" // compiled once per SIMD target
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

// From a frame to the groups of the decoder, and back.
HWY_BEFORE_NAMESPACE();
namespace depinsat::fec::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<int8_t, kColumn>;
using U = hn::RebindToUnsigned<D>;
using V = hn::Vec<D>;

constexpr size_t kTile = 16; // lanes and groups that are transposed together
constexpr size_t kMaxParityGroups = 140;

/// ldpc_scaled() of each lane.
template <class Tag>
HWY_INLINE hn::Vec<Tag> scaled(Tag d, hn::Vec<Tag> value, const LdpcRule& rule)
{
    const hn::RebindToUnsigned<Tag> u;
    const auto size = hn::BitCast(u, hn::Abs(value)), zero = hn::Zero(u);
    auto result = hn::AverageRound(size, zero);
    if (rule.coarse) {
        const auto low = hn::Sub(size, result);
        const auto coarse_size = hn::AverageRound(low, hn::AverageRound(low, zero));
        result = hn::Max(coarse_size, hn::Min(size, hn::Set(u, uint8_t(1))));
    }
    const auto positive = hn::BitCast(d, hn::Min(result, hn::Set(u, rule.certain)));
    const auto negative = hn::VecFromMask(d, hn::Lt(value, hn::Zero(d)));
    return hn::Sub(hn::Xor(positive, negative), negative);
}

/// Reads up to 24 bytes more than a group.
void load_information(const int8_t* HWY_RESTRICT llrs,
                      size_t rotation,
                      const LdpcRule& rule,
                      int8_t* HWY_RESTRICT group)
{
    const D d;
    HWY_ALIGN int8_t repeated[kLdpcGroup + kPaddedGroup + kColumn];
    for (size_t t = 0; t < kLdpcGroup; t += hn::Lanes(d))
        hn::StoreU(scaled(d, hn::LoadU(d, llrs + t), rule), d, repeated + t);
    for (size_t t = 0; t < kPaddedGroup; t += hn::Lanes(d)) // in order: they overlap
        hn::StoreU(hn::LoadU(d, repeated + t), d, repeated + kLdpcGroup + t);
    for (size_t t = 0; t < kPaddedGroup; t += hn::Lanes(d))
        hn::Store(hn::LoadU(d, repeated + kLdpcGroup - rotation + t), d, group + t);
}

#if HWY_TARGET == HWY_SCALAR

/// rows[t * q + j] to groups[j * kPaddedGroup + t], for a tile of t and j < count.
void transpose(const int8_t* rows,
               size_t q,
               size_t count,
               const LdpcRule& rule,
               int8_t* HWY_RESTRICT groups)
{
    const hn::CappedTag<int8_t, 1> d;
    for (size_t t = 0; t < kTile; ++t)
        for (size_t j = 0; j < count; ++j)
            hn::Store(scaled(d, hn::Load(d, rows + t * q + j), rule), d,
                      groups + j * kPaddedGroup + t);
}

#else

/// Four rounds of interleaving the first half of the rows with the second.
template <class Tag>
HWY_INLINE void interleave_rows(Tag d, const hn::Vec<Tag>* in, hn::Vec<Tag>* out)
{
    for (size_t i = 0; i < kTile / 2; ++i) {
        out[2 * i] = hn::InterleaveLower(d, in[i], in[i + kTile / 2]);
        out[2 * i + 1] = hn::InterleaveUpper(d, in[i], in[i + kTile / 2]);
    }
}

/// rows[t * q + j] to groups[j * kPaddedGroup + t], for a tile of t and j < count. Reads kTile
/// bytes of each row.
void transpose(const int8_t* rows,
               size_t q,
               size_t count,
               const LdpcRule& rule,
               int8_t* HWY_RESTRICT groups)
{
    const hn::FixedTag<int8_t, kTile> d;
    hn::Vec<decltype(d)> a[kTile], b[kTile];
    for (size_t t = 0; t < kTile; ++t)
        a[t] = scaled(d, hn::LoadU(d, rows + t * q), rule);
    interleave_rows(d, a, b);
    interleave_rows(d, b, a);
    interleave_rows(d, a, b);
    interleave_rows(d, b, a);
    for (size_t j = 0; j < count; ++j)
        hn::StoreU(a[j], d, groups + j * kPaddedGroup);
}

#endif

/// Parity bit t q + j to lane t of group j; their rotation is 0.
void load_parity(const int8_t* llrs, size_t q, const LdpcRule& rule, int8_t* groups)
{
    constexpr size_t kLastTile = kLdpcGroup - kTile;
    std::array<int8_t, kTile * kMaxParityGroups + kTile> padded; // the last rows
    std::memcpy(padded.data(), llrs + kLastTile * q, kTile * q);
    std::memset(padded.data() + kTile * q, 0, kTile);
    for (size_t j = 0; j < q; j += kTile) {
        const size_t count = std::min(kTile, q - j);
        int8_t* to = groups + j * kPaddedGroup;
        for (size_t t = 0; t < kLastTile; t += kTile)
            transpose(llrs + t * q + j, q, count, rule, to + t);
        transpose(padded.data() + j, q, count, rule, to + kLastTile);
    }
    for (size_t j = 0; j < q; ++j)
        std::memcpy(groups + j * kPaddedGroup + kLdpcGroup, groups + j * kPaddedGroup,
                    kPaddedGroup - kLdpcGroup);
}

void load(const LdpcCode& code,
          const LdpcSchedule& schedule,
          const LdpcRule& rule,
          const int8_t* llrs,
          const LdpcState& state)
{
    for (size_t g = 0; g < code.rows.size(); ++g)
        load_information(llrs + g * kLdpcGroup, schedule.rotations[g], rule,
                         state.posteriors + g * kPaddedGroup);
    load_parity(llrs + code.k, code.q, rule,
                state.posteriors + code.rows.size() * kPaddedGroup);
}

/// The first bit of eight bytes becomes the most significant one of a byte.
HWY_INLINE uint64_t reverse_bits_of_bytes(uint64_t word)
{
    word = (word >> 1 & 0x5555555555555555) | (word & 0x5555555555555555) << 1;
    word = (word >> 2 & 0x3333333333333333) | (word & 0x3333333333333333) << 2;
    return (word >> 4 & 0x0F0F0F0F0F0F0F0F) | (word & 0x0F0F0F0F0F0F0F0F) << 4;
}

/// Signs of 64 lanes, packed.
HWY_INLINE uint64_t signs(const int8_t* lanes)
{
    const D d;
    uint8_t bits[kColumn / 8 + 8] = {};
    if constexpr (hn::MaxLanes(d) < 8) {
        for (size_t i = 0; i < kColumn; ++i)
            bits[i / 8] = uint8_t(bits[i / 8] | (lanes[i] < 0) << i % 8);
    } else {
        for (size_t i = 0; i < kColumn; i += hn::Lanes(d))
            hn::StoreMaskBits(d, hn::Lt(hn::LoadU(d, lanes + i), hn::Zero(d)), bits + i / 8);
    }
    uint64_t word;
    std::memcpy(&word, bits, sizeof(word));
    return reverse_bits_of_bytes(word);
}

void store(const LdpcSchedule& schedule, const int8_t* posteriors, std::span<uint8_t> message)
{
    constexpr size_t kBytes = kLdpcGroup / 8;
    for (size_t g = 0; g < message.size() / kBytes; ++g) {
        std::array<uint64_t, kColumns> words;
        for (size_t c = 0; c < kColumns; ++c)
            words[c] = signs(posteriors + g * kPaddedGroup +
                             (schedule.rotations[g] + c * kColumn) % kLdpcGroup);
        std::memcpy(&message[g * kBytes], words.data(), kBytes);
    }
}

} // namespace depinsat::fec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace depinsat::fec {

HWY_EXPORT(load);
HWY_EXPORT(store);

void ldpc_load(const LdpcCode& code,
               const LdpcSchedule& schedule,
               const LdpcRule& rule,
               std::span<const Llr> codeword,
               const LdpcState& state)
{
    const auto* llrs = reinterpret_cast<const int8_t*>(codeword.data());
    HWY_DYNAMIC_DISPATCH(load)(code, schedule, rule, llrs, state);
}

void ldpc_store(const LdpcSchedule& schedule,
                const LdpcState& state,
                std::span<uint8_t> message)
{
    HWY_DYNAMIC_DISPATCH(store)(schedule, state.posteriors, message);
}

} // namespace depinsat::fec
#endif
