#include "session.h"

#include <algorithm>
#include <cassert>

namespace depinsat::link {

void Session::seal_packet(std::span<uint8_t> packet)
{
    assert(!exhausted() && packet.size() >= kDataOverhead);
    write_packet_header({PacketType::kData, remote_index_}, packet.first<kPacketHeaderBytes>());
    write_u32(uint32_t(next_counter_), packet.subspan<kPacketHeaderBytes, 4>());
    const auto sealed = packet.subspan(kDataHeaderBytes);
    seal(keys_.send, next_counter_, packet.first(kDataHeaderBytes),
         sealed.first(sealed.size() - kTagBytes), sealed);
    ++next_counter_;
}

std::optional<uint32_t> Session::open_packet(std::span<const uint8_t> packet,
                                             std::vector<uint8_t>& items)
{
    if (packet.size() < kDataOverhead)
        return std::nullopt;
    const uint32_t counter = read_u32(packet.subspan<kPacketHeaderBytes, 4>());
    if (seen_.forgotten(counter) || seen_.contains(counter))
        return std::nullopt;
    items.resize(packet.size() - kDataOverhead);
    if (!open(keys_.receive, counter, packet.first(kDataHeaderBytes),
              packet.subspan(kDataHeaderBytes), items))
        return std::nullopt;
    seen_.insert(counter);
    return counter;
}

std::optional<Ack> Session::acknowledge(uint64_t floor, uint64_t end) const
{
    Ack ack;
    const uint64_t begin = std::max(floor, taken_.begin());
    uint64_t at = std::min(end, taken_.end());
    while (at > begin && ack.count < kMaxAckRanges) {
        while (at > begin && !taken_.contains(at - 1))
            --at;
        if (at == begin)
            break;
        const uint64_t range_end = at;
        while (at > begin && taken_.contains(at - 1))
            --at;
        ack.ranges[ack.count++] = {uint32_t(at), uint32_t(range_end - 1)};
    }
    return ack.count ? std::optional(ack) : std::nullopt;
}

} // namespace depinsat::link
