#include "bridge/solana/base58.h"

#include <algorithm>

namespace depinsat::bridge::solana {
namespace {

constexpr std::string_view kAlphabet =
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// digits := digits * from + more, in base `to`, the lowest digit first.
void multiply_add(std::vector<uint8_t>& digits, unsigned from, unsigned more, unsigned to)
{
    unsigned carry = more;
    for (auto& digit : digits) {
        carry += digit * from;
        digit = uint8_t(carry % to);
        carry /= to;
    }
    for (; carry > 0; carry /= to)
        digits.push_back(uint8_t(carry % to));
}

} // namespace

std::string to_base58(std::span<const uint8_t> bytes)
{
    const auto first =
        std::ranges::find_if(bytes, [](uint8_t byte) { return byte != 0; }) - bytes.begin();
    std::vector<uint8_t> digits;
    for (const uint8_t byte : bytes.subspan(size_t(first)))
        multiply_add(digits, 256, byte, 58);
    std::string text(size_t(first), kAlphabet[0]);
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit)
        text += kAlphabet[*digit];
    return text;
}

std::optional<Bytes> from_base58(std::string_view text, size_t max_bytes)
{
    const size_t ones = std::min(text.find_first_not_of(kAlphabet[0]), text.size());
    std::vector<uint8_t> digits;
    for (const char c : text.substr(ones)) {
        const size_t digit = kAlphabet.find(c);
        if (digit == kAlphabet.npos)
            return {};
        multiply_add(digits, 58, unsigned(digit), 256);
        if (ones + digits.size() > max_bytes)
            return {};
    }
    if (ones > max_bytes)
        return {};
    Bytes bytes(ones, 0);
    bytes.insert(bytes.end(), digits.rbegin(), digits.rend());
    return bytes;
}

} // namespace depinsat::bridge::solana
