#include "bridge/ethereum/hex.h"

namespace depinsat::bridge::ethereum {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

} // namespace

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
