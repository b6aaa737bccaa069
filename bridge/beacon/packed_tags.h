#pragma once

#include <cstddef>
#include <cstdint>

/// First bytes of the values of packed_json.h.
namespace depinsat::bridge::beacon {

enum PackedTag : uint8_t {
    kNull,
    kFalse,
    kTrue,
    kInteger,
    kDecimal,
    kHex,
    kText,
    kList,
    kObject,
    kKnown,
    kKnownAgain,
    kHex32,
    kHex48,
    kHex96,
    kFraction,
    kWord,
    kShortHex = 0x40,
    kSmallDecimal = 0x60,
    kShaped = 0x80,
};
inline constexpr size_t kShort = 32; ///< of kShortHex and kSmallDecimal
inline constexpr uint8_t kOtherKey = 0xFF;

} // namespace depinsat::bridge::beacon
