#include "depinsat/fec/convolutional_code.h"

#include "fec/bit_text.h"
#include "fec/find_code.h"

#include <bit>

namespace depinsat::fec {
namespace {

constexpr ConvolutionalCode kCodes[] = {
    {"k7_1-2", 1, first_bit_first("1"), first_bit_first("1"), true},
    {"k7_2-3", 2, first_bit_first("10"), first_bit_first("11"), false},
    {"k7_3-4", 3, first_bit_first("101"), first_bit_first("110"), false},
    {"k7_5-6", 5, first_bit_first("10101"), first_bit_first("11010"), false},
    {"k7_7-8", 7, first_bit_first("1000101"), first_bit_first("1111010"), false},
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
