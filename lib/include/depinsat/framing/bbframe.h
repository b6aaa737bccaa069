#pragma once

#include "depinsat/framing/bbheader.h"

#include <cstdint>
#include <optional>
#include <span>

namespace depinsat::framing {

/// Builds a scrambled BBFRAME: BBHEADER, data field, zero padding.
///
/// Standard  EN 302 307-1, clauses 5.1.6, 5.2.1 and 5.2.2.
/// Shape     whole bytes: a data field of this function is a multiple of 8 bits.
/// Cost      O(bytes); no allocation.
///
/// @param header      its data_field_bits is not read: it is set from `data_field`.
/// @param data_field  at most bbframe.size() - kBbHeaderBytes bytes; must not overlap
/// `bbframe`.
/// @param bbframe     k_bch / 8 bytes, at least kBbHeaderBytes.
void build_bbframe(BbHeader header,
                   std::span<const uint8_t> data_field,
                   std::span<uint8_t> bbframe);

/// What a BBFRAME holds; `data_field` points into the frame that was parsed.
struct BbFrame {
    BbHeader header;
    std::span<const uint8_t> data_field; ///< DFL bits; the last byte may be partly padding
};

/// Descrambles a BBFRAME in place and parses it.
///
/// Standard  as build_bbframe().
/// Bits      a DFL that is no multiple of 8 (packetised streams of other transmitters) is
/// taken:
///           the data field is rounded up to whole bytes, and header.data_field_bits says how
///           many bits count.
/// Cost      O(bytes); no allocation.
///
/// @param bbframe  k_bch / 8 bytes as decoded, at least kBbHeaderBytes; descrambled afterwards.
/// @return nothing if the CRC-8 is wrong or DFL is greater than k_bch - 80.
std::optional<BbFrame> parse_bbframe(std::span<uint8_t> bbframe);

} // namespace depinsat::framing
