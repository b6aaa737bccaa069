#pragma once

#include "bridge/beacon/packed_json.h"

#include <string>

namespace depinsat::bridge::beacon {

/// The body of an HTTP message as it travels: one byte of coding, then
///   0 nothing  1 packed JSON  2 JSON text  3 other bytes (SSZ)
///   4 SSZ of a known block, signed: what it is (1; 1: with proofs and blobs), hash (8),
///     signature (96)
/// 10 is added if what follows is a frame of zstd (bridge/dictionaries/zstd_frame.h).
///
/// Bounds  a body has at most kMaxBodyBytes.
inline constexpr size_t kMaxBodyBytes = kMaxUnpackedBytes;

enum class Content : uint8_t { kNone, kJson, kBinary };

struct Body {
    Content content = Content::kNone;
    std::string bytes;
    friend bool operator==(const Body&, const Body&) = default;
};

/// @param by_hash  JSON may refer to objects of `known`; otherwise it travels whole.
void write_body(const Body&, Known& known, Keep, bool by_hash, Writer& out);

/// Reads a body that ends with the message. JSON text is in its shortest form.
Unpacked read_body(Reader&, Known& known, Keep, Body& out);

} // namespace depinsat::bridge::beacon
