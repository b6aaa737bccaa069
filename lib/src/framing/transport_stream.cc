#include "depinsat/framing/transport_stream.h"

#include "depinsat/core/crc.h"

#include <algorithm>

namespace depinsat::framing {
namespace {

constexpr uint8_t kErrorIndicator = 0x80; // of the second byte

} // namespace

void TsFramer::push(std::span<const uint8_t> bytes)
{
    input_.insert(input_.end(), bytes.begin(), bytes.end());
    take_packets();
}

void TsFramer::drop_rest()
{
    counts_.skipped_bytes += input_.size();
    input_.clear();
}

void TsFramer::take_packets()
{
    size_t at = 0;
    while (input_.size() - at >= kTsPacketBytes) {
        if (input_[at] != kTsSync) {
            ++at;
            ++counts_.skipped_bytes;
            continue;
        }
        const auto body = std::span(input_).subspan(at + 1, kTsPacketBytes - 1);
        ready_.push_back(last_crc_);
        ready_.insert(ready_.end(), body.begin(), body.end());
        last_crc_ = Crc8::of(body);
        at += kTsPacketBytes;
        ++counts_.packets;
    }
    input_.erase(input_.begin(), input_.begin() + ptrdiff_t(at));
}

bool TsFramer::fill(std::span<uint8_t> data_field, BbHeader& header)
{
    if (available() < data_field.size())
        return false;
    const size_t to_next = in_packet_ == 0 ? 0 : kTsPacketBytes - in_packet_;
    header.stream_type = StreamType::kTransport;
    header.upl_bits = kTsUplBits;
    header.sync = kTsSync;
    header.syncd = to_next < data_field.size() ? uint16_t(8 * to_next) : kNoSyncd;
    std::copy_n(ready_.begin() + ptrdiff_t(taken_), data_field.size(), data_field.begin());
    taken_ += data_field.size();
    in_packet_ = (in_packet_ + data_field.size()) % kTsPacketBytes;
    if (2 * taken_ >= ready_.size()) {
        ready_.erase(ready_.begin(), ready_.begin() + ptrdiff_t(taken_));
        taken_ = 0;
    }
    return true;
}

void TsDeframer::lost()
{
    counts_.dropped += held_ > 0;
    held_ = 0;
    aligned_ = false;
}

/// @return where the packet in hand goes on or, if it does not, the next one begins.
std::span<const uint8_t> TsDeframer::resume(std::span<const uint8_t> data_field, uint16_t syncd)
{
    const size_t missing = held_ == 0 ? 0 : kTsPacketBytes - held_;
    const bool none = syncd == kNoSyncd;
    if (aligned_ && (none ? missing >= data_field.size() : 8 * missing == syncd))
        return data_field;
    lost();
    if (none || syncd / 8u >= data_field.size())
        return {};
    aligned_ = true;
    return data_field.subspan(syncd / 8u);
}

void TsDeframer::finish(uint8_t crc, const Deliver& deliver)
{
    const bool good = Crc8::of(std::span(packet_).subspan(1)) == crc;
    packet_[0] = kTsSync;
    if (!good)
        packet_[1] |= kErrorIndicator;
    ++counts_.packets;
    counts_.damaged += !good;
    held_ = 0;
    deliver(packet_);
}

void TsDeframer::parse(const BbHeader& header,
                       std::span<const uint8_t> data_field,
                       const Deliver& deliver)
{
    if (header.stream_type != StreamType::kTransport || header.upl_bits != kTsUplBits ||
        header.sync != kTsSync || header.issyi || header.npd ||
        header.data_field_bits != 8 * data_field.size() ||
        (header.syncd != kNoSyncd && header.syncd % 8 != 0)) {
        ++counts_.refused;
        return;
    }
    for (auto rest = resume(data_field, header.syncd); !rest.empty();) {
        if (held_ == kTsPacketBytes)
            finish(rest.front(), deliver);
        const size_t count = std::min(kTsPacketBytes - held_, rest.size());
        std::copy_n(rest.begin(), count, packet_.begin() + ptrdiff_t(held_));
        held_ += count;
        rest = rest.subspan(count);
    }
}

} // namespace depinsat::framing
