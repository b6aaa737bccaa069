// Acknowledgements: ranges of counters as varints.
#include "wire_items.h"

#include <cassert>

namespace depinsat::link {
namespace {

constexpr uint8_t kManyRanges = 15;
constexpr uint32_t kAckCounters = 1 << 24;

std::optional<uint32_t> take_varint(std::span<const uint8_t>& from)
{
    uint32_t value = 0;
    for (unsigned shift = 0; shift < 28 && !from.empty(); shift += 7) {
        const uint32_t byte = take(from, 1);
        value |= (byte & 0x7F) << shift;
        if (byte < 0x80)
            return value;
    }
    return std::nullopt;
}

size_t varint_bytes(uint32_t value)
{
    size_t bytes = 1;
    for (; value >= 0x80; value >>= 7)
        ++bytes;
    return bytes;
}

void put_varint(uint32_t value, std::span<uint8_t>& to)
{
    for (; value >= 0x80; value >>= 7)
        put(value | 0x80, 1, to);
    put(value, 1, to);
}

} // namespace

std::optional<Item> read_ack(uint8_t flags, std::span<const uint8_t>& items, uint64_t sent_end)
{
    size_t further = flags;
    if (further == kManyRanges) {
        if (items.empty())
            return std::nullopt;
        further = take(items, 1);
    }
    if (further >= kMaxAckRanges || items.size() < 3 || sent_end == 0)
        return std::nullopt;
    const uint32_t low = take(items, 3);
    const uint64_t age = (sent_end - 1 - low) % kAckCounters;
    if (age >= sent_end)
        return std::nullopt;
    Ack ack;
    ack.count = further + 1;
    uint64_t last = sent_end - 1 - age;
    for (size_t i = 0; i < ack.count; ++i) {
        const auto gap = i ? take_varint(items) : std::optional(0u);
        const auto below = gap ? take_varint(items) : std::nullopt;
        if (!below)
            return std::nullopt;
        if (i) {
            if (*gap + uint64_t(2) > ack.ranges[i - 1].first)
                return std::nullopt;
            last = ack.ranges[i - 1].first - *gap - 2;
        }
        if (*below > last)
            return std::nullopt;
        ack.ranges[i] = {uint32_t(last - *below), uint32_t(last)};
    }
    return ack;
}

size_t write_ack(const Ack& ack, std::span<uint8_t> out)
{
    assert(ack.count >= 1 && ack.count <= kMaxAckRanges && out.size() >= kAckLeastBytes + 2);
    const auto gap = [&](size_t i) {
        return ack.ranges[i - 1].first - ack.ranges[i].last - 2;
    };
    const auto below = [&](size_t i) {
        return ack.ranges[i].last - ack.ranges[i].first;
    };
    const size_t room = out.size();
    size_t bytes = 1 + 3 + varint_bytes(below(0)), further = 0;
    for (size_t i = 1; i < ack.count; ++i) {
        const size_t more = varint_bytes(gap(i)) + varint_bytes(below(i));
        if (bytes + more + (i >= kManyRanges) > room)
            break;
        bytes += more;
        further = i;
    }
    const bool many = further >= kManyRanges;
    put(item_byte(kAck, many ? kManyRanges : uint8_t(further)), 1, out);
    if (many)
        put(uint32_t(further), 1, out);
    put(ack.ranges[0].last, 3, out);
    put_varint(below(0), out);
    for (size_t i = 1; i <= further; ++i) {
        put_varint(gap(i), out);
        put_varint(below(i), out);
    }
    return bytes + many;
}

} // namespace depinsat::link
