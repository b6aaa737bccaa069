#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// Words and shapes of the Beacon API that both ends know by number. Part of the wire format:
/// the order stays, new ones go to the end.
namespace depinsat::bridge::beacon {

/// Keys and values of JSON.
std::span<const std::string_view> words();
std::optional<uint8_t> word_number(std::string_view);

inline constexpr size_t kMaxShapeKeys = 8;

/// Keys of an object, in the order in which they are written; those that are empty are none.
struct Shape {
    std::array<std::string_view, kMaxShapeKeys> keys;
    size_t count() const;
};
std::span<const Shape> shapes();

} // namespace depinsat::bridge::beacon
