#include "depinsat/fec/reed_solomon.h"

#include "fec/reed_solomon_tables.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace depinsat::fec {

void ReedSolomonCode::check() const
{
    if (e != 16 && e != 8)
        throw std::invalid_argument("ReedSolomonCode: e must be 16 or 8");
    if (interleaving == 0 || (interleaving > 5 && interleaving != 8))
        throw std::invalid_argument("ReedSolomonCode: interleaving must be 1, 2, 3, 4, 5 or 8");
    if (virtual_fill >= 255 - 2 * e)
        throw std::invalid_argument("ReedSolomonCode: virtual_fill must be below 255 - 2 e");
}

ReedSolomonEncoder::ReedSolomonEncoder(const ReedSolomonCode& code) : code_(code)
{
    code_.check();
    reed_solomon_tables(code_.e); // made here, not by the first frame
    half_byte_products(Basis::kConventional);
}

bool ReedSolomonEncoder::encode(std::span<const uint8_t> data,
                                std::span<uint8_t> codeblock) const
{
    if (data.size() != code_.data_bytes() || codeblock.size() != code_.codeblock_bytes())
        return false;
    const auto& products =
        half_byte_products(code_.dual_basis ? Basis::kDualInOut : Basis::kConventional);
    const size_t step = code_.interleaving;
    if (data.data() != codeblock.data())
        std::ranges::copy(data, codeblock.begin());
    for (size_t first = 0; first < step; ++first) {
        std::array<uint8_t, 32> parity;
        remainder(code_, products, codeblock.data() + first, parity.data());
        uint8_t* to = codeblock.data() + data.size() + first;
        for (size_t i = 0; i < code_.parity_symbols(); ++i)
            to[i * step] = parity[i];
    }
    return true;
}

} // namespace depinsat::fec
