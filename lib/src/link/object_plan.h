#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace depinsat::link {

/// How an object is cut into symbols, and how many of them a packet holds at most.
struct ObjectShape {
    size_t symbol_bytes = 0;
    unsigned packet_symbols = 1;
};

/// Symbols as long as a packet of the frame holds, or a quarter of that where frames are shared
/// with other packets.
/// @return nothing if the object would have more than kMaxSourceSymbols.
std::optional<ObjectShape> shape_of_object(size_t bytes, size_t frame_bytes, bool shared);

/// Symbols to be sent so that kCompleteShare of the receivers get `needed` of them, each lost
/// with this probability on its own.
inline constexpr double kCompleteShare = 0.9999;
uint32_t symbols_to_send(uint32_t needed, double loss);

/// With so many symbols beyond its source symbols an object is determined but once in 30,000
/// times (fec/raptorq_decoder.h).
inline constexpr uint32_t kSymbolsBeyond = 1;

/// Copies of which at least one arrives with kCompleteShare, at most 16.
unsigned copies_to_send(double loss);

} // namespace depinsat::link
