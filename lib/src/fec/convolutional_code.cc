#include "depinsat/fec/convolutional_code.h"

#include "fec/find_code.h"

#include <bit>

namespace depinsat::fec {
namespace {

// Patterns as the standard prints them, first information bit first.
constexpr uint32_t pattern(std::string_view text)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < text.size(); ++i)
        bits |= uint32_t(text[i] == '1') << i;
    return bits;
}

constexpr ConvolutionalCode kCodes[] = {
    {"k7_1-2", 1, pattern("1"), pattern("1"), true},
    {"k7_2-3", 2, pattern("10"), pattern("11"), false},
    {"k7_3-4", 3, pattern("101"), pattern("110"), false},
    {"k7_5-6", 5, pattern("10101"), pattern("11010"), false},
    {"k7_7-8", 7, pattern("1000101"), pattern("1111010"), false},
};

size_t sent(const ConvolutionalCode& code, unsigned info_bits)
{
    const uint32_t first = (uint32_t(1) << info_bits) - 1;
    return size_t(std::popcount(code.c1 & first) + std::popcount(code.c2 & first));
}

} // namespace

std::span<const ConvolutionalCode> convolutional_codes()
{
    return kCodes;
}

const ConvolutionalCode& find_convolutional_code(std::string_view name)
{
    return find_code(convolutional_codes(), name, "convolutional code");
}

size_t coded_bits(const ConvolutionalCode& code, size_t info_bits)
{
    return info_bits / code.period * sent(code, code.period) +
           sent(code, unsigned(info_bits % code.period));
}

} // namespace depinsat::fec
