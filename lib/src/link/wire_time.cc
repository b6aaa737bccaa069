// Items of link time.
#include "wire_items.h"

#include <cassert>

namespace depinsat::link {
namespace {

constexpr uint8_t kQuestion = 1, kStamp = 2, kEcho = 4, kWall = 8;
constexpr size_t kStampBytes = 5, kEchoBytes = 4, kWallBytes = 7;

} // namespace

std::optional<Item> read_link_time(uint8_t flags, std::span<const uint8_t>& items)
{
    if (flags == 0) {
        if (items.size() < kLateBytes - 1)
            return std::nullopt;
        return Late{take(items, 2)};
    }
    const size_t bytes = (flags & kStamp ? kStampBytes : 0) + (flags & kEcho ? kEchoBytes : 0) +
                         (flags & kWall ? kWallBytes : 0);
    if (((flags & (kEcho | kWall)) && !(flags & kStamp)) || items.size() < bytes)
        return std::nullopt;
    LinkTime time;
    time.question = flags & kQuestion;
    if (flags & kStamp) {
        const uint32_t at = take(items, 4);
        time.stamp = LinkTime::Stamp{at, uint8_t(take(items, 1))};
    }
    if (flags & kEcho) {
        const auto counter = uint16_t(take(items, 2));
        time.echo = LinkTime::Echo{counter, uint16_t(take(items, 2))};
    }
    if (flags & kWall) {
        const uint64_t high = take(items, 2);
        const uint64_t at = high << 32 | take(items, 4);
        time.wall = LinkTime::Wall{at, uint8_t(take(items, 1))};
    }
    return time;
}

size_t write_link_time(const LinkTime& time, std::span<uint8_t> out)
{
    assert(time.question || time.stamp);
    assert(time.stamp || (!time.echo && !time.wall));
    const size_t room = out.size();
    put(item_byte(kLinkTime,
                  uint8_t((time.question ? kQuestion : 0) | (time.stamp ? kStamp : 0) |
                          (time.echo ? kEcho : 0) | (time.wall ? kWall : 0))),
        1, out);
    if (time.stamp) {
        put(time.stamp->at, 4, out);
        put(time.stamp->error, 1, out);
    }
    if (time.echo) {
        put(time.echo->counter, 2, out);
        put(time.echo->held, 2, out);
    }
    if (time.wall) {
        put(uint32_t(time.wall->at >> 32), 2, out);
        put(uint32_t(time.wall->at), 4, out);
        put(time.wall->error, 1, out);
    }
    return room - out.size();
}

size_t write_late(Late late, std::span<uint8_t> out)
{
    put(item_byte(kLinkTime, 0), 1, out);
    put(late.message_id, 2, out);
    return kLateBytes;
}

} // namespace depinsat::link
