#include "depinsat/framing/gse.h"

#include "depinsat/core/crc.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace depinsat::framing {
namespace {

constexpr uint8_t kStart = 0x80;
constexpr uint8_t kEnd = 0x40;
constexpr size_t kLengthBytes = 2;      // S, E, LT and GSE length
constexpr size_t kTotalLengthBytes = 2; // of a first fragment
constexpr size_t kTypeBytes = 2;
constexpr size_t kCrcBytes = 4;
constexpr uint64_t kLifeInDataFields = 256;

enum LabelType : uint8_t { kSixBytes, kThreeBytes, kBroadcast, kReuse };

uint16_t big_endian_16(std::span<const uint8_t> bytes)
{
    return uint16_t(bytes[0] << 8 | bytes[1]);
}

} // namespace

void write_gse_header(uint16_t protocol_type,
                      size_t pdu_bytes,
                      std::span<uint8_t, kGseHeaderBytes> header)
{
    assert(pdu_bytes <= kGseMaxPduBytes);
    const size_t length = kTypeBytes + pdu_bytes;
    header[0] = uint8_t(kStart | kEnd | kBroadcast << 4 | length >> 8);
    header[1] = uint8_t(length);
    header[2] = uint8_t(protocol_type >> 8);
    header[3] = uint8_t(protocol_type);
}

GseParser::GseParser(size_t max_buffered_bytes) : max_buffered_bytes_(max_buffered_bytes) {}

void GseParser::parse(std::span<const uint8_t> data_field, const Deliver& deliver)
{
    ++data_fields_;
    label_known_ = false;
    while (!unfinished_.empty() &&
           unfinished_.front().since + kLifeInDataFields < data_fields_) {
        forget(unfinished_.begin());
        ++counts_.dropped;
    }
    while (data_field.size() >= kLengthBytes) {
        const uint8_t flags = data_field[0] & 0xF0;
        const size_t length = big_endian_16(data_field) & 0x0FFF;
        if (flags == 0)
            return; // padding up to the end
        data_field = data_field.subspan(kLengthBytes);
        if (length > data_field.size()) {
            ++counts_.malformed;
            return;
        }
        if (!parse_packet(flags, data_field.first(length), deliver))
            ++counts_.malformed;
        data_field = data_field.subspan(length);
    }
}

bool GseParser::parse_packet(uint8_t flags,
                             std::span<const uint8_t> packet,
                             const Deliver& deliver)
{
    const auto label_type = LabelType(flags >> 4 & 3);
    if (!(flags & kStart))
        return proceed(flags & kEnd, packet, deliver);

    const size_t label_bytes = label_type == kSixBytes ? 6 : label_type == kThreeBytes ? 3 : 0;
    if (label_type == kReuse && !label_known_)
        return false;
    if (!(flags & kEnd))
        return start(label_type == kReuse, label_bytes, packet);
    if (packet.size() < kTypeBytes + label_bytes)
        return false;
    if (label_type != kReuse)
        keep_label(packet.subspan(kTypeBytes, label_bytes));
    ++counts_.pdus;
    deliver({big_endian_16(packet), last_label_, packet.subspan(kTypeBytes + label_bytes)});
    return true;
}

void GseParser::keep_label(std::span<const uint8_t> label)
{
    last_label_.assign(label.begin(), label.end());
    label_known_ = true;
}

bool GseParser::start(bool reuse, size_t label_bytes, std::span<const uint8_t> packet)
{
    constexpr size_t kFixed = 1 + kTotalLengthBytes + kTypeBytes;
    if (packet.size() < kFixed + label_bytes)
        return false;
    const uint8_t id = packet[0];
    packet = packet.subspan(1); // from here on it is what the CRC-32 covers
    const size_t total = kTotalLengthBytes + big_endian_16(packet);
    if (total < packet.size() || total > max_buffered_bytes_)
        return false;
    if (const auto old = find(id); old != unfinished_.end()) {
        forget(old);
        ++counts_.dropped;
    }
    if (!reuse)
        keep_label(packet.subspan(kTotalLengthBytes + kTypeBytes, label_bytes));
    make_room(total);
    buffered_ += total;
    unfinished_.push_back({id, last_label_, label_bytes, total, data_fields_, {}});
    unfinished_.back().bytes.reserve(total);
    unfinished_.back().bytes.assign(packet.begin(), packet.end());
    return true;
}

bool GseParser::proceed(bool last, std::span<const uint8_t> packet, const Deliver& deliver)
{
    if (packet.size() < 1 + (last ? kCrcBytes : 0))
        return false;
    const auto pdu = find(packet[0]);
    if (pdu == unfinished_.end()) {
        ++counts_.dropped;
        return true;
    }
    const auto data = packet.subspan(1, packet.size() - 1 - (last ? kCrcBytes : 0));
    const size_t have = pdu->bytes.size() + data.size();
    if (have > pdu->total_bytes || (last && have < pdu->total_bytes)) {
        forget(pdu);
        ++counts_.dropped;
        return true;
    }
    pdu->bytes.insert(pdu->bytes.end(), data.begin(), data.end());
    if (last) {
        finish(*pdu, packet.last(kCrcBytes), deliver);
        forget(pdu);
    }
    return true;
}

void GseParser::finish(const Unfinished& pdu,
                       std::span<const uint8_t> crc,
                       const Deliver& deliver)
{
    if (Crc32().update(pdu.bytes).update(crc).value() != 0) {
        ++counts_.dropped;
        return;
    }
    ++counts_.pdus;
    const auto bytes = std::span(pdu.bytes).subspan(kTotalLengthBytes);
    deliver({big_endian_16(bytes), pdu.label, bytes.subspan(kTypeBytes + pdu.label_bytes)});
}

std::deque<GseParser::Unfinished>::iterator GseParser::find(uint8_t fragment_id)
{
    return std::ranges::find(unfinished_, fragment_id, &Unfinished::fragment_id);
}

void GseParser::forget(std::deque<Unfinished>::iterator pdu)
{
    buffered_ -= pdu->total_bytes;
    unfinished_.erase(pdu);
}

void GseParser::make_room(size_t bytes)
{
    while (buffered_ + bytes > max_buffered_bytes_) {
        forget(unfinished_.begin());
        ++counts_.dropped;
    }
}

} // namespace depinsat::framing
