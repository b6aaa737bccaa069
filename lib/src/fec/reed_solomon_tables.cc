#include "fec/reed_solomon_tables.h"

#include "fec/ccsds_field.h"

#include <algorithm>

namespace depinsat::fec {
namespace {

// x^(n - 1 - i) mod g(x) for each data symbol i, highest power first.
template <unsigned kParity>
std::vector<uint8_t> parity_vectors()
{
    constexpr auto g = make_generator<kParity>();
    constexpr unsigned kData = 255 - kParity;
    std::vector<uint8_t> vectors(kData * kParity);
    std::array<uint8_t, kParity> remainder; // of x^kParity at first
    for (unsigned j = 0; j < kParity; ++j)
        remainder[j] = g[kParity - 1 - j];
    for (unsigned i = kData; i-- > 0;) {
        std::ranges::copy(remainder, vectors.begin() + i * kParity);
        const uint8_t top = remainder[0];
        std::shift_left(remainder.begin(), remainder.end(), 1);
        remainder[kParity - 1] = 0;
        for (unsigned j = 0; j < kParity; ++j)
            remainder[j] ^= kCcsdsField.multiply(top, g[kParity - 1 - j]);
    }
    return vectors;
}

std::vector<uint8_t> syndrome_vectors(unsigned parity)
{
    std::vector<uint8_t> vectors(parity * parity);
    for (unsigned j = 0; j < parity; ++j)
        for (unsigned i = 0; i < parity; ++i)
            vectors[j * parity + i] =
                kCcsdsField.power((128 - parity / 2 + i) * (parity - 1 - j) % 255);
    return vectors;
}

std::vector<uint8_t> search_vectors(unsigned e)
{
    std::vector<uint8_t> vectors((e + 1) * 256);
    for (unsigned j = 0; j <= e; ++j)
        for (unsigned symbol = 0; symbol < 255; ++symbol) // inverse of beta^(254 - symbol)
            vectors[j * 256 + symbol] = kCcsdsField.power(j * (symbol + 1) % 255);
    return vectors;
}

} // namespace

ReedSolomonTables::ReedSolomonTables(unsigned e)
    : parity_rows(make_rows(e == 16 ? parity_vectors<32>() : parity_vectors<16>(), 2 * e)),
      syndrome_rows(make_rows(syndrome_vectors(2 * e), 2 * e)),
      search_rows(make_rows(search_vectors(e), 256))
{}

const ReedSolomonTables& reed_solomon_tables(unsigned e)
{
    static const ReedSolomonTables sixteen(16), eight(8);
    return e == 16 ? sixteen : eight;
}

void remainder(const ReedSolomonCode& code,
               const HalfByteProducts& products,
               const uint8_t* data,
               uint8_t* parity)
{
    const size_t width = code.parity_symbols();
    sum_of_products(products,
                    reed_solomon_tables(code.e).parity_rows.data() +
                        2 * width * code.virtual_fill,
                    width, data, code.interleaving, code.data_symbols(), parity);
}

} // namespace depinsat::fec
