#pragma once

#include "depinsat/link/wire.h"
#include "wire_bytes.h"

#include <cstdint>
#include <optional>
#include <span>

/// What the files that read and write items share.
namespace depinsat::link {

/// The first four bits of an item that is no segment.
enum ItemType : uint8_t { kPing, kAck, kRestart, kSkip, kReception, kLinkTime };

// The caller has checked the length.
inline constexpr auto take = take_number;
inline constexpr auto put = put_number;

inline uint8_t item_byte(ItemType type, uint8_t flags)
{
    return uint8_t(type << 4 | flags);
}

/// @param flags  the four bits behind the type.
std::optional<Item> read_ack(uint8_t flags, std::span<const uint8_t>& items, uint64_t sent_end);
std::optional<Item> read_link_time(uint8_t flags, std::span<const uint8_t>& items);

} // namespace depinsat::link
