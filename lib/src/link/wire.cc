#include "depinsat/link/wire.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdlib>

namespace depinsat::link {
namespace {

enum ItemType : uint8_t { kPing, kAck, kSegment, kRestart, kReception };

constexpr uint8_t kFlags = 0x1F;
constexpr uint8_t kFirst = 0x02;
constexpr uint8_t kLast = 0x01;

// The caller has checked the length.
uint32_t take(std::span<const uint8_t>& from, size_t bytes)
{
    uint32_t value = 0;
    for (size_t i = 0; i < bytes; ++i)
        value = value << 8 | from[i];
    from = from.subspan(bytes);
    return value;
}

void put(uint32_t value, size_t bytes, std::span<uint8_t>& to)
{
    for (size_t i = 0; i < bytes; ++i)
        to[i] = uint8_t(value >> 8 * (bytes - 1 - i));
    to = to.subspan(bytes);
}

uint8_t item_byte(ItemType type, uint8_t flags)
{
    return uint8_t(type << 5 | flags);
}

std::optional<Item> read_ack(uint8_t flags, std::span<const uint8_t>& items)
{
    Ack ack;
    ack.count = size_t(flags) + 1;
    if (items.size() < ack.bytes() - 1)
        return std::nullopt;
    uint32_t last = take(items, 4);
    uint32_t below = take(items, 2);
    for (size_t i = 0;; ++i) {
        if (below > last)
            return std::nullopt;
        ack.ranges[i] = {last - below, last};
        if (i + 1 == ack.count)
            return ack;
        const uint32_t gap = take(items, 2) + 2;
        if (gap > ack.ranges[i].first)
            return std::nullopt;
        last = ack.ranges[i].first - gap;
        below = take(items, 2);
    }
}

constexpr int kEsN0Units = 100; // a dB
constexpr int kMaxEsN0 = int(kMaxEsN0Db) * kEsN0Units;

std::optional<Item> read_reception(uint8_t flags, std::span<const uint8_t>& items)
{
    if (flags || items.size() < kReceptionBytes - 1)
        return std::nullopt;
    const int value = int16_t(take(items, 2));
    if (std::abs(value) > kMaxEsN0)
        return std::nullopt;
    return Reception{double(value) / kEsN0Units};
}

std::optional<Item> read_segment(uint8_t flags, std::span<const uint8_t>& items)
{
    const bool first = flags & kFirst;
    const size_t header = (first ? kFirstSegmentBytes : kLaterSegmentBytes) - 1;
    if (items.size() < header || flags >> 2 >= kClasses)
        return std::nullopt;
    Segment segment;
    segment.last = flags & kLast;
    segment.message_class = Class(flags >> 2);
    segment.message_id = take(items, 3);
    size_t length;
    if (first) {
        segment.kind = uint8_t(take(items, 1));
        length = take(items, 2);
    } else {
        const uint32_t place = take(items, 4);
        segment.offset = place >> 12;
        length = place & 0xFFF;
    }
    const bool empty = length == 0 && !(first && segment.last);
    if (empty || length > items.size() || length > kMaxSegmentBytes ||
        first != (segment.offset == 0) || segment.offset + length > kMaxMessageBytes)
        return std::nullopt;
    segment.bytes = items.first(length);
    items = items.subspan(length);
    return segment;
}

} // namespace

std::optional<PacketHeader> read_packet_header(std::span<const uint8_t> packet)
{
    if (packet.size() < kPacketHeaderBytes)
        return std::nullopt;
    const auto word = uint16_t(take(packet, 2));
    if (word / kSessionIndices > unsigned(PacketType::kData))
        return std::nullopt;
    return PacketHeader{PacketType(word / kSessionIndices), uint16_t(word % kSessionIndices)};
}

void write_packet_header(PacketHeader header, std::span<uint8_t, kPacketHeaderBytes> out)
{
    std::span<uint8_t> to = out;
    put(uint32_t(header.type) * kSessionIndices | header.index, 2, to);
}

void write_u32(uint32_t value, std::span<uint8_t, 4> out)
{
    std::span<uint8_t> to = out;
    put(value, 4, to);
}

uint32_t read_u32(std::span<const uint8_t, 4> bytes)
{
    std::span<const uint8_t> from = bytes;
    return take(from, 4);
}

std::optional<Item> read_item(std::span<const uint8_t>& items)
{
    if (items.empty())
        return std::nullopt;
    const auto byte = uint8_t(take(items, 1));
    const uint8_t flags = byte & kFlags;
    switch (byte >> 5) {
    case kPing:
        return flags ? std::nullopt : std::optional<Item>(Ping{});
    case kAck:
        return read_ack(flags, items);
    case kSegment:
        return read_segment(flags, items);
    case kRestart:
        if (flags || items.size() < kRestartBytes - 1)
            return std::nullopt;
        return Restart{take(items, 3)};
    case kReception:
        return read_reception(flags, items);
    default:
        return std::nullopt;
    }
}

size_t write_ping(std::span<uint8_t> out)
{
    out[0] = item_byte(kPing, 0);
    return kPingBytes;
}

size_t write_ack(const Ack& ack, std::span<uint8_t> out)
{
    assert(ack.count >= 1 && ack.count <= kMaxAckRanges && out.size() >= ack.bytes());
    put(item_byte(kAck, uint8_t(ack.count - 1)), 1, out);
    put(ack.ranges[0].last, 4, out);
    for (size_t i = 0; i < ack.count; ++i) {
        const AckRange& range = ack.ranges[i];
        if (i)
            put(ack.ranges[i - 1].first - range.last - 2, 2, out);
        put(range.last - range.first, 2, out);
    }
    return ack.bytes();
}

size_t write_segment(const Segment& segment, std::span<uint8_t> out)
{
    const size_t bytes = segment.header_bytes() + segment.bytes.size();
    assert(out.size() >= bytes && segment.bytes.size() <= kMaxSegmentBytes);
    const bool first = segment.offset == 0;
    put(item_byte(kSegment, uint8_t(uint8_t(segment.message_class) << 2 | (first ? kFirst : 0) |
                                    (segment.last ? kLast : 0))),
        1, out);
    put(segment.message_id % kMessageIds, 3, out);
    if (first) {
        put(segment.kind, 1, out);
        put(uint32_t(segment.bytes.size()), 2, out);
    } else {
        put(segment.offset << 12 | uint32_t(segment.bytes.size()), 4, out);
    }
    std::ranges::copy(segment.bytes, out.begin());
    return bytes;
}

size_t write_restart(const Restart& restart, std::span<uint8_t> out)
{
    put(item_byte(kRestart, 0), 1, out);
    put(restart.message_id % kMessageIds, 3, out);
    return kRestartBytes;
}

size_t write_reception(const Reception& reception, std::span<uint8_t> out)
{
    assert(out.size() >= kReceptionBytes && std::abs(reception.es_n0_db) <= kMaxEsN0Db);
    put(item_byte(kReception, 0), 1, out);
    put(uint16_t(std::lround(reception.es_n0_db * kEsN0Units)), 2, out);
    return kReceptionBytes;
}

} // namespace depinsat::link
