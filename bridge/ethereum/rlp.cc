#include "bridge/ethereum/rlp.h"

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

constexpr uint8_t kString = 0x80, kList = 0xC0;
constexpr size_t kMaxShort = 55; ///< lengths up to this stand in the first byte

uint64_t big_endian(std::span<const uint8_t> bytes)
{
    uint64_t value = 0;
    for (const uint8_t byte : bytes)
        value = value << 8 | byte;
    return value;
}

void put_prefix(Bytes& out, uint8_t base, size_t length)
{
    if (length <= kMaxShort) {
        out.push_back(uint8_t(base + length));
        return;
    }
    unsigned bytes = 0;
    for (size_t rest = length; rest; rest >>= 8)
        ++bytes;
    out.push_back(uint8_t(base + kMaxShort + bytes));
    while (bytes-- > 0)
        out.push_back(uint8_t(length >> (8 * bytes)));
}

} // namespace

std::optional<RlpItem> take_rlp(std::span<const uint8_t>& bytes)
{
    if (bytes.empty())
        return {};
    const uint8_t first = bytes[0];
    const bool is_list = first >= kList;
    size_t header = 1;
    uint64_t length = 1;
    if (first < kString) {
        header = 0; // the byte is its own encoding
    } else if (length = first - (is_list ? kList : kString); length > kMaxShort) {
        const size_t length_bytes = length - kMaxShort;
        header += length_bytes;
        if (bytes.size() < header || bytes[1] == 0)
            return {};
        length = big_endian(bytes.subspan(1, length_bytes));
        if (length <= kMaxShort)
            return {};
    }
    if (length > bytes.size() - std::min(header, bytes.size()) || header > bytes.size())
        return {};
    const RlpItem item{is_list, bytes.subspan(header, length), bytes.first(header + length)};
    if (first == kString + 1 && item.payload[0] < kString)
        return {}; // has a shorter form
    bytes = bytes.subspan(header + length);
    return item;
}

std::optional<std::vector<RlpItem>> rlp_items(const RlpItem& list, size_t most)
{
    if (!list.is_list)
        return {};
    std::vector<RlpItem> items;
    for (auto rest = list.payload; !rest.empty();) {
        const auto item = take_rlp(rest);
        if (!item || items.size() == most)
            return {};
        items.push_back(*item);
    }
    return items;
}

std::optional<uint64_t> rlp_number(const RlpItem& item)
{
    if (item.is_list || item.payload.size() > 8 ||
        (!item.payload.empty() && item.payload[0] == 0))
        return {};
    return big_endian(item.payload);
}

void put_rlp(Bytes& out, std::span<const uint8_t> string)
{
    if (string.size() != 1 || string[0] >= kString)
        put_prefix(out, kString, string.size());
    out.insert(out.end(), string.begin(), string.end());
}

void put_rlp_number(Bytes& out, uint64_t number)
{
    Bytes bytes;
    for (int shift = 56; shift >= 0; shift -= 8)
        if (number >> shift)
            bytes.push_back(uint8_t(number >> shift));
    put_rlp(out, bytes);
}

Bytes rlp_list(std::span<const uint8_t> items)
{
    Bytes out;
    put_prefix(out, kList, items.size());
    out.insert(out.end(), items.begin(), items.end());
    return out;
}

} // namespace depinsat::bridge::ethereum
