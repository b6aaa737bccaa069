#include "fec/ccsds_field_products.h"

#include "fec/ccsds_field.h"

#include <cassert>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fec/ccsds_field_products.cc" // compiled once per SIMD target
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace depinsat::fec::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct Scalars {
    const uint8_t* first;
    size_t stride, count;
};

#if HWY_TARGET == HWY_SCALAR

template <size_t kChunk>
void sum_chunk(const HalfByteProducts& products,
               const uint8_t* rows,
               size_t row_bytes,
               Scalars scalars,
               uint8_t* halves)
{
    std::fill(halves, halves + kChunk, uint8_t(0));
    for (size_t j = 0; j < scalars.count; ++j) {
        const uint8_t* of = products.of[scalars.first[j * scalars.stride]];
        for (size_t i = 0; i < kChunk; ++i)
            halves[i] ^= of[(i & 16) | rows[j * row_bytes + i]];
    }
}

#else

template <size_t kChunk>
void sum_chunk(const HalfByteProducts& products,
               const uint8_t* HWY_RESTRICT rows,
               size_t row_bytes,
               Scalars scalars,
               uint8_t* HWY_RESTRICT halves)
{
    const hn::CappedTag<uint8_t, kChunk> d;
    constexpr size_t kLanes = hn::MaxLanes(d);
    constexpr size_t kVectors = kChunk / kLanes;
    decltype(hn::Zero(d)) sums[kVectors];
    for (auto& sum : sums)
        sum = hn::Zero(d);
    for (size_t j = 0; j < scalars.count; ++j) {
        const uint8_t* of = products.of[scalars.first[j * scalars.stride]];
        for (size_t v = 0; v < kVectors; ++v) {
            const auto table = hn::Load(d, of + v * kLanes % 32);
            const auto row = hn::LoadU(d, rows + j * row_bytes + v * kLanes);
            sums[v] = hn::Xor(sums[v], hn::TableLookupBytes(table, row));
        }
    }
    for (size_t v = 0; v < kVectors; ++v)
        hn::StoreU(sums[v], d, halves + v * kLanes);
}

#endif

void sum_rows(const HalfByteProducts& products,
              const uint8_t* rows,
              size_t width,
              const uint8_t* scalars,
              size_t stride,
              size_t count,
              uint8_t* sum)
{
    uint8_t halves[64];
    for (size_t done = 0; done < width; done += 32) {
        const Scalars all{scalars, stride, count};
        if (width == 16)
            sum_chunk<32>(products, rows, 2 * width, all, halves);
        else
            sum_chunk<64>(products, rows + 2 * done, 2 * width, all, halves);
        for (size_t i = 0; i < 32 && done + i < width; ++i)
            sum[done + i] = halves[(i & 16) + i] ^ halves[(i & 16) + 16 + i];
    }
}

} // namespace depinsat::fec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace depinsat::fec {

HWY_EXPORT(sum_rows);

namespace {

HalfByteProducts make_products(Basis basis)
{
    HalfByteProducts products;
    const auto represent = [basis](uint8_t element) {
        return basis == Basis::kDualInOut ? kDualBasis.from_conventional[element] : element;
    };
    for (unsigned in = 0; in < 256; ++in) {
        const uint8_t scalar =
            basis == Basis::kConventional ? uint8_t(in) : kDualBasis.to_conventional[in];
        for (unsigned i = 0; i < 64; ++i) {
            const auto half = uint8_t(i & 16 ? (i & 15) << 4 : i & 15);
            products.of[in][i] = represent(kCcsdsField.multiply(scalar, half));
        }
    }
    return products;
}

} // namespace

const HalfByteProducts& half_byte_products(Basis basis)
{
    static const HalfByteProducts all[] = {make_products(Basis::kConventional),
                                           make_products(Basis::kDualIn),
                                           make_products(Basis::kDualInOut)};
    return all[size_t(basis)];
}

std::vector<uint8_t> make_rows(const std::vector<uint8_t>& vectors,
                               [[maybe_unused]] size_t width)
{
    assert(width % 16 == 0);
    std::vector<uint8_t> rows(2 * vectors.size());
    for (size_t i = 0; i < vectors.size(); ++i) {
        const size_t block = i / 16 * 32, at = i % 16;
        rows[block + at] = vectors[i] & 15;
        rows[block + 16 + at] = vectors[i] >> 4;
    }
    return rows;
}

void sum_of_products(const HalfByteProducts& products,
                     const uint8_t* rows,
                     size_t width,
                     const uint8_t* scalars,
                     size_t stride,
                     size_t count,
                     uint8_t* sum)
{
    assert(width == 16 || (width % 32 == 0 && width <= 256));
    HWY_DYNAMIC_DISPATCH(sum_rows)(products, rows, width, scalars, stride, count, sum);
}

} // namespace depinsat::fec
#endif
