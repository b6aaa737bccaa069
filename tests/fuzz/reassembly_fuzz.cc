// The receiver's half of messages, given segments in any order, size and contradiction. Input:
// segments of 8 bytes: id (2), offset / 8 (2), length (1), flags (1), time that passes (1),
// scale of the offset (1).
//
// Claims: what comes out is made of bytes that went in, at their places; no message comes
// twice; memory stays within its bounds.
#include "link/inbox.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <span>

namespace {

using namespace depinsat::link;

void require(bool holds)
{
    if (!holds)
        std::abort();
}

// Byte `at` of message `id`, whoever sends it.
uint8_t content(uint32_t id, uint32_t at)
{
    return uint8_t(id * 31 + at / 8 * 7 + at);
}

std::vector<uint8_t> range(uint32_t id, uint32_t offset, uint32_t length)
{
    std::vector<uint8_t> bytes(length);
    for (uint32_t i = 0; i < length; ++i)
        bytes[i] = content(id, offset + i);
    return bytes;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    Inbox inbox;
    Time now{};
    // The inbox knows the latest kMessageWindow ids; with ids below a quarter of it, all.
    std::set<uint32_t> ids_given_out;
    for (std::span<const uint8_t> in(data, size); in.size() >= 8; in = in.subspan(8)) {
        const uint32_t id = uint32_t(in[0] << 8 | in[1]) % (kMessageWindow / 4);
        const uint32_t offset =
            std::min<uint32_t>((uint32_t(in[2] << 8 | in[3]) << in[7] % 2) * kSegmentGrain,
                               kMaxMessageBytes - 512);
        const bool last = in[5] & 1;
        uint32_t length = in[4] * (in[5] & 2 ? 2u : 1u);
        if (!last)
            length = std::max<uint32_t>(length / kSegmentGrain, 1) * kSegmentGrain;
        if (length == 0 && offset != 0)
            length = 1;
        now += std::chrono::milliseconds(in[6]) * (in[5] & 4 ? 1000 : 1);
        if (in[5] & 8) {
            inbox.skip(id);
            continue;
        }
        if (in[5] & 16)
            inbox.forget_stale(now);
        const auto bytes = range(id, offset, length);
        std::optional<Message> whole;
        const auto deadline =
            in[5] & 32 ? std::optional(now + std::chrono::seconds(1)) : std::nullopt;
        const auto fate = inbox.take({.message_id = id,
                                      .offset = offset,
                                      .last = last,
                                      .message_class = Class::kBulk,
                                      .kind = 3,
                                      .bytes = bytes},
                                     deadline, now, whole);
        require(!whole || fate == Inbox::Fate::kTaken);
        require(inbox.bytes() <= kMaxUnfinishedBytes + kMaxMessageBytes);
        require(inbox.ranges() <= kMaxUnfinishedRanges + kMaxRangesOfMessage);
        if (!whole)
            continue;
        require(ids_given_out.insert(id).second);
        require(std::ranges::equal(whole->bytes, range(id, 0, uint32_t(whole->bytes.size()))));
    }
    return 0;
}
