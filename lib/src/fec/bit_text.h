#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace depinsat::fec {

/// Up to 32 bits as the standards print sequences and patterns, first bit first: bit i of the
/// word is text[i].
constexpr uint32_t first_bit_first(std::string_view text)
{
    uint32_t word = 0;
    for (size_t i = 0; i < text.size(); ++i)
        word |= uint32_t(text[i] == '1') << i;
    return word;
}

} // namespace depinsat::fec
