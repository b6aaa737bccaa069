#include "depinsat/link/wire.h"

#include "wire_items.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdlib>

namespace depinsat::link {
namespace {

constexpr uint8_t kSegment = 0x80; ///< first bits of a segment
constexpr uint8_t kFirst = 0x40;
constexpr uint8_t kLast = 0x20;
constexpr uint8_t kKeyed = 0x10;
constexpr uint8_t kDeadline = 0x01; ///< of a first segment
constexpr int kEsN0Units = 100;     // a dB
constexpr int kMaxEsN0 = int(kMaxEsN0Db) * kEsN0Units;

std::optional<Item> take_bytes(Segment segment, size_t length, std::span<const uint8_t>& items)
{
    const bool empty = length == 0 && !(segment.offset == 0 && segment.last);
    const bool whole_grains = segment.last || length % kSegmentGrain == 0;
    if (empty || !whole_grains || length > items.size() || length > kMaxSegmentBytes ||
        segment.offset + length > kMaxMessageBytes)
        return std::nullopt;
    segment.bytes = items.first(length);
    items = items.subspan(length);
    return segment;
}

std::optional<Item> read_segment(uint8_t byte, std::span<const uint8_t>& items)
{
    if (items.size() < kSegmentHeaderBytes - 1)
        return std::nullopt;
    Segment segment;
    segment.last = byte & kLast;
    if (byte & kFirst) {
        const unsigned message_class = byte >> 1 & 7;
        if (message_class >= kClasses)
            return std::nullopt;
        segment.keyed = byte & kKeyed;
        segment.message_class = Class(message_class);
        segment.message_id = take(items, 2);
        segment.kind = uint8_t(take(items, 1));
        const size_t length = take(items, 2);
        if (byte & kDeadline) {
            if (items.size() < kDeadlineBytes)
                return std::nullopt;
            segment.deadline = take(items, kDeadlineBytes);
        }
        return take_bytes(segment, length, items);
    }
    const uint32_t place = (byte & 0x1Fu) << 24 | take(items, 3);
    segment.offset = uint32_t(kSegmentGrain) * (place >> 12);
    segment.message_id = take(items, 2);
    if (segment.offset == 0)
        return std::nullopt;
    return take_bytes(segment, place & 0xFFF, items);
}

std::optional<Item> read_reception(uint8_t flags, std::span<const uint8_t>& items)
{
    if (flags || items.size() < kReceptionBytes - 1)
        return std::nullopt;
    const int value = int16_t(take(items, 2));
    if (std::abs(value) > kMaxEsN0)
        return std::nullopt;
    return Reception{double(value) / kEsN0Units};
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

std::optional<Item> read_item(std::span<const uint8_t>& items, uint64_t sent_end)
{
    if (items.empty())
        return std::nullopt;
    const auto byte = uint8_t(take(items, 1));
    if (byte & kSegment)
        return read_segment(byte, items);
    const uint8_t flags = byte & 0x0F;
    switch (byte >> 4) {
    case kPing:
        return Ping{flags};
    case kAck:
        return read_ack(flags, items, sent_end);
    case kRestart:
        if (flags || items.size() < kRestartBytes - 1)
            return std::nullopt;
        return Restart{take(items, 2)};
    case kSkip:
        if (flags || items.size() < kSkipBytes - 1)
            return std::nullopt;
        return Skip{take(items, 2)};
    case kReception:
        return read_reception(flags, items);
    case kLinkTime:
        return read_link_time(flags, items);
    default:
        return std::nullopt;
    }
}

size_t write_ping(Ping ping, std::span<uint8_t> out)
{
    assert(ping.promise <= kMaxPromise);
    out[0] = item_byte(kPing, ping.promise);
    return kPingBytes;
}

size_t write_segment(const Segment& segment, std::span<uint8_t> out)
{
    const size_t length = segment.bytes.size();
    const size_t header = segment_header_bytes(segment);
    assert(out.size() >= header + length && length <= kMaxSegmentBytes);
    assert(segment.offset % kSegmentGrain == 0 &&
           (segment.last || length % kSegmentGrain == 0));
    const auto last = uint8_t(segment.last ? kLast : 0);
    if (segment.offset == 0) {
        put(kSegment | kFirst | last | (segment.keyed ? kKeyed : 0) |
                unsigned(segment.message_class) << 1 | (segment.deadline ? kDeadline : 0),
            1, out);
        put(segment.message_id, 2, out);
        put(segment.kind, 1, out);
        put(uint32_t(length), 2, out);
        if (segment.deadline)
            put(*segment.deadline, kDeadlineBytes, out);
    } else {
        put(uint32_t(kSegment | last) << 24 | uint32_t(segment.offset / kSegmentGrain) << 12 |
                uint32_t(length),
            4, out);
        put(segment.message_id, 2, out);
    }
    std::ranges::copy(segment.bytes, out.begin());
    return header + length;
}

size_t segment_header_bytes(const Segment& segment)
{
    return kSegmentHeaderBytes + (segment.deadline ? kDeadlineBytes : 0);
}

size_t write_restart(Restart restart, std::span<uint8_t> out)
{
    put(item_byte(kRestart, 0), 1, out);
    put(restart.message_id, 2, out);
    return kRestartBytes;
}

size_t write_skip(Skip skip, std::span<uint8_t> out)
{
    put(item_byte(kSkip, 0), 1, out);
    put(skip.message_id, 2, out);
    return kSkipBytes;
}

size_t write_reception(const Reception& reception, std::span<uint8_t> out)
{
    assert(out.size() >= kReceptionBytes && std::abs(reception.es_n0_db) <= kMaxEsN0Db);
    put(item_byte(kReception, 0), 1, out);
    put(uint16_t(std::lround(reception.es_n0_db * kEsN0Units)), 2, out);
    return kReceptionBytes;
}

} // namespace depinsat::link
