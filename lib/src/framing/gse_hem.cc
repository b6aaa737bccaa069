#include "depinsat/framing/gse_hem.h"

#include "depinsat/framing/gse.h"

#include <algorithm>

namespace depinsat::framing {
namespace {

constexpr size_t kLengthBytes = 2; // S, E, LT and GSE length

size_t packet_bytes(std::span<const uint8_t> packet)
{
    return kLengthBytes + (size_t(packet[0] & 0x0F) << 8 | packet[1]);
}

/// S = E = 0 and LT = 00: no packet begins so.
bool is_padding(uint8_t first)
{
    return first >> 4 == 0;
}

} // namespace

void GseHemFramer::push(std::span<const uint8_t> packet)
{
    ready_.insert(ready_.end(), packet.begin(), packet.end());
}

size_t GseHemFramer::push_stream(std::span<const uint8_t> bytes)
{
    size_t taken = 0;
    while (taken < bytes.size()) {
        const uint8_t byte = bytes[taken++];
        if (begun_.empty() && is_padding(byte))
            continue;
        begun_.push_back(byte);
        if (begun_.size() >= kLengthBytes && begun_.size() == packet_bytes(begun_)) {
            push(begun_);
            begun_.clear();
            break;
        }
    }
    return taken;
}

size_t GseHemFramer::fill(std::span<uint8_t> data_field, BbHeader& header)
{
    const size_t used = std::min(data_field.size(), ready_.size());
    header.stream_type = StreamType::kGseHem;
    header.upl_bits = 0;
    header.sync = 0;
    header.syncd = in_packet_ < used ? uint16_t(8 * in_packet_) : kNoSyncd;
    std::copy_n(ready_.begin(), used, data_field.begin());
    size_t next = in_packet_; // where a packet begins
    while (next < used)
        next += packet_bytes(std::span(ready_).subspan(next));
    in_packet_ = next - used;
    ready_.erase(ready_.begin(), ready_.begin() + ptrdiff_t(used));
    return used;
}

void GseHemDeframer::lost()
{
    counts_.dropped += !packet_.empty();
    packet_.clear();
    aligned_ = false;
}

/// Of the packet in hand; nothing if its length is not in yet.
size_t GseHemDeframer::missing() const
{
    if (packet_.empty())
        return 0;
    return packet_.size() < kLengthBytes ? kGseMaxPacketBytes
                                         : packet_bytes(packet_) - packet_.size();
}

bool GseHemDeframer::continues(size_t data_field_bytes, uint16_t syncd) const
{
    if (!aligned_)
        return false;
    if (packet_.size() == 1) // only the next byte will tell where it ends
        return syncd != 0;
    return syncd == kNoSyncd ? missing() >= data_field_bytes : 8 * missing() == syncd;
}

void GseHemDeframer::parse(const BbHeader& header,
                           std::span<const uint8_t> data_field,
                           const Deliver& deliver)
{
    if (header.stream_type != StreamType::kGseHem ||
        (header.syncd != kNoSyncd && header.syncd % 8 != 0)) {
        ++counts_.refused;
        return;
    }
    if (!continues(data_field.size(), header.syncd)) {
        lost();
        if (header.syncd == kNoSyncd || header.syncd / 8u >= data_field.size())
            return;
        data_field = data_field.subspan(header.syncd / 8u);
    }
    aligned_ = true;
    while (!data_field.empty()) {
        if (packet_.empty() && is_padding(data_field.front()))
            return;
        const size_t wanted = packet_.size() < kLengthBytes ? 1 : missing();
        const auto taken = data_field.first(std::min(wanted, data_field.size()));
        packet_.insert(packet_.end(), taken.begin(), taken.end());
        data_field = data_field.subspan(taken.size());
        if (packet_.size() < kLengthBytes || missing() > 0)
            continue;
        ++counts_.packets;
        deliver(packet_);
        packet_.clear();
    }
}

} // namespace depinsat::framing
