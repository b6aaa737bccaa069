#pragma once

#include "bridge/http_cache/store.h"

#include <optional>
#include <span>
#include <variant>
#include <vector>

/// What the two ends of the HTTP cache say to each other: bodies of requests and answers of
/// bridge/messages.h. Numbers are big-endian; a short text is its length (1 byte) and itself.
///
/// Question   1 and the hash of the content that the station has (16 bytes), or 0; service
/// (short
///            text), target.
/// Unchanged  1, for how long it is fresh in s (4), ETag (short text).
/// Reply      2, status (2), 1 if it may be kept, for how long it is fresh (4), Content-Type,
///            ETag, Last-Modified (short texts), Location (2 bytes of length, text), body,
///            packed (bridge/dictionaries/packing.h).
/// Failure    3, status (2), why as text.
namespace depinsat::bridge::http_cache {

using Bytes = std::vector<uint8_t>;

inline constexpr size_t kMaxTarget = 4096;
inline constexpr size_t kMaxLocation = 8192;

struct Question {
    std::optional<ContentHash> has{};
    std::string service, target;
};

struct Unchanged {
    uint32_t fresh_s = 0;
    std::string tag;
};

struct Reply {
    uint16_t status = 200;
    bool store = false;
    uint32_t fresh_s = 0;
    std::string type, tag, modified, location; ///< the first three at most 255 bytes
    Bytes packed;
};

struct Failure {
    uint16_t status = 502;
    std::string why;
};

using AnswerBody = std::variant<Unchanged, Reply, Failure>;

Bytes encode(const Question&);
Bytes encode(const AnswerBody&);

/// @return nothing if it is malformed.
std::optional<Question> decode_question(std::span<const uint8_t>);
std::optional<AnswerBody> decode_answer_body(std::span<const uint8_t>);

} // namespace depinsat::bridge::http_cache
