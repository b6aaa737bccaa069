#include "bridge/ethereum/hex.h"

namespace depinsat::bridge::ethereum {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

/// -1 for what is no digit.
int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

} // namespace

std::string to_hex(std::span<const uint8_t> bytes)
{
    std::string text = "0x";
    text.reserve(2 + 2 * bytes.size());
    for (const uint8_t byte : bytes) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

std::optional<Bytes> from_hex(std::string_view text)
{
    if (!text.starts_with("0x") || text.size() % 2)
        return {};
    Bytes bytes;
    bytes.reserve(text.size() / 2);
    for (size_t i = 2; i < text.size(); i += 2) {
        const int high = digit(text[i]), low = digit(text[i + 1]);
        if (high < 0 || low < 0)
            return {};
        bytes.push_back(uint8_t(high << 4 | low));
    }
    return bytes;
}

std::string to_quantity(uint64_t value)
{
    std::string text;
    do
        text.insert(text.begin(), kDigits[value & 15]);
    while (value >>= 4);
    return "0x" + text;
}

std::optional<Bytes> quantity_bytes(std::string_view text)
{
    if (!text.starts_with("0x") || text.size() == 2)
        return {};
    text.remove_prefix(2);
    while (text.starts_with('0'))
        text.remove_prefix(1);
    return from_hex("0x" + std::string(text.size() % 2, '0') + std::string(text));
}

std::optional<uint64_t> from_quantity(std::string_view text)
{
    const auto bytes = quantity_bytes(text);
    if (!bytes || bytes->size() > 8)
        return {};
    uint64_t value = 0;
    for (const uint8_t byte : *bytes)
        value = value << 8 | byte;
    return value;
}

} // namespace depinsat::bridge::ethereum
