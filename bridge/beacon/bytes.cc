#include "bridge/beacon/bytes.h"

#include <algorithm>
#include <charconv>

namespace depinsat::bridge::beacon {

void Writer::number(uint64_t value, unsigned bytes)
{
    while (bytes-- > 0)
        out_.push_back(uint8_t(value >> 8 * bytes));
}

void Writer::varint(uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        out_.push_back(uint8_t(value | 0x80));
    out_.push_back(uint8_t(value));
}

void Writer::bytes(std::span<const uint8_t> bytes)
{
    out_.insert(out_.end(), bytes.begin(), bytes.end());
}

void Writer::text(std::string_view text)
{
    varint(text.size());
    out_.insert(out_.end(), text.begin(), text.end());
}

uint64_t Reader::varint()
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const uint8_t byte = u8();
        if (shift == 63 && byte > 1)
            break;
        value |= uint64_t(byte & 0x7F) << shift;
        if (byte < 0x80)
            return value;
    }
    fail();
    return 0;
}

Root Reader::root()
{
    Root root{};
    std::ranges::copy(bytes(root.size()), root.begin());
    return root;
}

std::string Reader::text()
{
    const auto taken = bytes(varint());
    return {taken.begin(), taken.end()};
}

bool is_canonical_hex(std::string_view text)
{
    return text.size() % 2 == 0 && text.starts_with("0x") &&
           text.find_first_not_of("0123456789abcdef", 2) == text.npos;
}

std::optional<Root> root_from_hex(std::string_view text)
{
    Root root{};
    const auto bytes = text.size() == 2 + 2 * root.size() ? from_hex(text) : std::nullopt;
    if (!bytes)
        return {};
    std::ranges::copy(*bytes, root.begin());
    return root;
}

std::optional<uint64_t> from_decimal(std::string_view text)
{
    if (text.empty() || text.size() > 20 || (text[0] == '0' && text.size() > 1) ||
        text.find_first_not_of("0123456789") != text.npos)
        return {};
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return {};
    return value;
}

} // namespace depinsat::bridge::beacon
