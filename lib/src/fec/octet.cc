#include "depinsat/fec/octet.h"

#include "fec/raptorq_tables.h"

#include <array>
#include <cassert>
#include <cstddef>
#include <cstring>

#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fec/octet.cc" // this file, compiled once per SIMD target
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#if HWY_TARGET == HWY_AVX3_DL
#include <immintrin.h>
#endif

#ifndef DEPINSAT_FEC_OCTET_FACTORS
#define DEPINSAT_FEC_OCTET_FACTORS
namespace depinsat::fec {

// Multiplication by one factor in the two shapes that vectors can do it.
struct Factor {
    alignas(16) uint8_t low[16];  // products with 0x00 to 0x0f
    alignas(16) uint8_t high[16]; // products with 0x00, 0x10 to 0xf0
    uint64_t matrix;              // over GF(2); byte 7 - i gives bit i of the product
};

constexpr uint8_t multiply_slowly(unsigned a, unsigned b)
{
    unsigned product = 0;
    for (; b != 0; b >>= 1, a = a << 1 ^ (a & 0x80 ? 0x11d : 0))
        product ^= b & 1 ? a : 0;
    return uint8_t(product);
}

constexpr uint64_t matrix_of(unsigned factor)
{
    uint64_t matrix = 0;
    for (unsigned column = 0; column < 8; ++column)
        for (unsigned row = 0; row < 8; ++row)
            if (multiply_slowly(factor, 1u << column) >> row & 1)
                matrix |= uint64_t{1} << (8 * (7 - row) + column);
    return matrix;
}

constexpr auto all_factors()
{
    std::array<Factor, 256> factors{};
    for (unsigned factor = 0; factor < 256; ++factor) {
        for (unsigned nibble = 0; nibble < 16; ++nibble) {
            factors[factor].low[nibble] = multiply_slowly(nibble, factor);
            factors[factor].high[nibble] = multiply_slowly(nibble << 4, factor);
        }
        factors[factor].matrix = matrix_of(factor);
    }
    return factors;
}

inline constexpr std::array<Factor, 256> kFactors = all_factors();

} // namespace depinsat::fec
#endif

HWY_BEFORE_NAMESPACE();
namespace depinsat::fec::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Applies `step(vector of inputs, vector of outputs)`; the rest shorter than a vector goes
// through a buffer.
template <class Step>
HWY_INLINE void
for_vectors(const uint8_t* input, uint8_t* output, size_t count, const Step& step)
{
    const hn::ScalableTag<uint8_t> d;
    const size_t lanes = hn::Lanes(d);
    size_t i = 0;
    for (; i + lanes <= count; i += lanes)
        hn::StoreU(step(hn::LoadU(d, input + i), hn::LoadU(d, output + i)), d, output + i);
    if (i == count)
        return;
    HWY_ALIGN uint8_t in[HWY_MAX_BYTES] = {};
    HWY_ALIGN uint8_t out[HWY_MAX_BYTES] = {};
    std::memcpy(in, input + i, count - i);
    std::memcpy(out, output + i, count - i);
    hn::Store(step(hn::Load(d, in), hn::Load(d, out)), d, out);
    std::memcpy(output + i, out, count - i);
}

#if HWY_TARGET == HWY_SCALAR
template <bool kAdd>
void scale_by_tables(const uint8_t* input, uint8_t* output, size_t count, uint8_t factor)
{
    const Factor& by = kFactors[factor];
    for (size_t i = 0; i < count; ++i) {
        const uint8_t product = by.low[input[i] & 15] ^ by.high[input[i] >> 4];
        output[i] = kAdd ? output[i] ^ product : product;
    }
}
#else
template <bool kAdd>
void scale_by_tables(const uint8_t* input, uint8_t* output, size_t count, uint8_t factor)
{
    const hn::ScalableTag<uint8_t> d;
    const hn::Repartition<uint16_t, decltype(d)> d16;
    const auto low = hn::LoadDup128(d, kFactors[factor].low);
    const auto high = hn::LoadDup128(d, kFactors[factor].high);
    const auto nibble = hn::Set(d, uint8_t{0x0f});
    for_vectors(input, output, count, [&](auto in, auto out) HWY_ATTR {
        const auto upper = hn::BitCast(d, hn::ShiftRight<4>(hn::BitCast(d16, in)));
        const auto product = hn::Xor(hn::TableLookupBytes(low, hn::And(in, nibble)),
                                     hn::TableLookupBytes(high, hn::And(upper, nibble)));
        return kAdd ? hn::Xor(out, product) : product;
    });
}
#endif

#if HWY_TARGET == HWY_AVX3_DL
// Highway's AVX3_DL does not ask for GFNI, though no processor came with one and not the other;
// a hypervisor may hide it. Clang takes an attribute in place of Highway's targets, not with
// them.
template <bool kAdd>
__attribute__((target("gfni,avx512f,avx512bw"))) void
scale_by_matrix(const uint8_t* input, uint8_t* output, size_t count, uint8_t factor)
{
    const __m512i matrix = _mm512_set1_epi64(int64_t(kFactors[factor].matrix));
    for (size_t i = 0; i < count; i += 64) {
        const __mmask64 here =
            count - i < 64 ? (__mmask64{1} << (count - i)) - 1 : ~__mmask64{0};
        const __m512i in = _mm512_maskz_loadu_epi8(here, input + i);
        __m512i product = _mm512_gf2p8affine_epi64_epi8(in, matrix, 0);
        if (kAdd)
            product = _mm512_xor_si512(product, _mm512_maskz_loadu_epi8(here, output + i));
        _mm512_mask_storeu_epi8(output + i, here, product);
    }
}
#endif

template <bool kAdd>
void scale(const uint8_t* input, uint8_t* output, size_t count, uint8_t factor)
{
#if HWY_TARGET == HWY_AVX3_DL
    static const bool has_gfni = __builtin_cpu_supports("gfni");
    if (has_gfni)
        return scale_by_matrix<kAdd>(input, output, count, factor);
#endif
    scale_by_tables<kAdd>(input, output, count, factor);
}

void add_kernel(const uint8_t* addend, uint8_t* sum, size_t count)
{
    for_vectors(addend, sum, count,
                [](auto in, auto out) HWY_ATTR { return hn::Xor(in, out); });
}

void scale_kernel(const uint8_t* octets, uint8_t* product, size_t count, uint8_t factor)
{
    scale<false>(octets, product, count, factor);
}

void add_scaled_kernel(const uint8_t* addend, uint8_t* sum, size_t count, uint8_t factor)
{
    scale<true>(addend, sum, count, factor);
}

} // namespace depinsat::fec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace depinsat::fec {

HWY_EXPORT(add_kernel);
HWY_EXPORT(scale_kernel);
HWY_EXPORT(add_scaled_kernel);

uint8_t multiply_octets(uint8_t a, uint8_t b)
{
    return a == 0 || b == 0 ? 0 : kOctetPowers[kOctetLogarithms[a] + kOctetLogarithms[b]];
}

uint8_t invert_octet(uint8_t a)
{
    assert(a != 0);
    return kOctetPowers[255 - kOctetLogarithms[a]];
}

void add_octets(std::span<const uint8_t> addend, std::span<uint8_t> sum)
{
    assert(addend.size() == sum.size());
    HWY_DYNAMIC_DISPATCH(add_kernel)(addend.data(), sum.data(), sum.size());
}

void scale_octets(std::span<const uint8_t> octets, std::span<uint8_t> product, uint8_t factor)
{
    assert(octets.size() == product.size());
    HWY_DYNAMIC_DISPATCH(scale_kernel)(octets.data(), product.data(), product.size(), factor);
}

void add_scaled_octets(std::span<const uint8_t> addend, std::span<uint8_t> sum, uint8_t factor)
{
    assert(addend.size() == sum.size());
    HWY_DYNAMIC_DISPATCH(add_scaled_kernel)(addend.data(), sum.data(), sum.size(), factor);
}

} // namespace depinsat::fec
#endif
