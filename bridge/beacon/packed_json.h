#pragma once

#include "bridge/beacon/known.h"

namespace depinsat::bridge::beacon {

/// JSON of the Beacon API in few bytes: hex as bytes, decimal texts as varints, common keys and
/// shapes of objects by number, known objects by their hash.
///
///   value  one byte, then:
///     00 null  01 false  02 true
///     03 integer: varint            04 text of a number: varint
///     05 hex: varint of bytes, bytes  06 text: varint of bytes, bytes
///     07 list: varint, values       08 object: varint, (key, value)...
///     09 known value: 8 bytes of hash  0A the same known value as the last one
///     0B, 0C, 0D hex of 32, 48, 96 bytes  0E fraction: its text, as 06
///     0F word: its number           40 + n hex of n bytes (at most 31)
///     60 + n text of the number n (at most 31)
///     80 + n object of shape n: values
///   key    number of a word, or FF and the text as varint of bytes, bytes
///
/// Bounds  unpack() makes at most kMaxUnpackedBytes of text, nested at most kMaxJsonDepth deep.
inline constexpr size_t kMaxUnpackedBytes = 8u << 20;

/// What is done with objects that are worth keeping.
enum class Keep {
    kNo,  ///< those that are held are referred to
    kYes, ///< and those that are not are added
};

void pack(const Json&, Known&, Keep, Writer&);

/// What became of unpack().
enum class Unpacked {
    kDone,
    kMalformed,
    kUnknown, ///< it refers to an object that is not held here
};

/// Reads one value.
Unpacked unpack(Reader&, Known&, Keep, Json& out);

} // namespace depinsat::bridge::beacon
