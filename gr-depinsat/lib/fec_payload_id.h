#pragma once

#include "adapters.h"
#include "depinsat/fec/raptorq_plan.h"

/// What the RaptorQ blocks put before each symbol.
namespace depinsat::blocks {

/// FEC Payload ID of RFC 6330, clause 3.2: source block number, encoding symbol identifier (24
/// bits), most significant byte first.
struct FecPayloadId {
    uint8_t sbn = 0;
    uint32_t esi = 0;
};
inline constexpr size_t kFecPayloadIdBytes = 4;

inline void write_fec_payload_id(FecPayloadId id, std::span<uint8_t> to)
{
    to[0] = id.sbn;
    to[1] = uint8_t(id.esi >> 16);
    to[2] = uint8_t(id.esi >> 8);
    to[3] = uint8_t(id.esi);
}

inline FecPayloadId read_fec_payload_id(std::span<const uint8_t> from)
{
    return {from[0], uint32_t(from[1]) << 16 | uint32_t(from[2]) << 8 | from[3]};
}

/// Bounds what the encoder puts out for one source block.
inline constexpr unsigned kMostRepairSymbols = 8192;

inline void require_raptorq(unsigned source_symbols, unsigned symbol_bytes)
{
    require_range("source_symbols", source_symbols, 1, fec::kRaptorQMaxSourceSymbols);
    require_range("symbol_bytes", symbol_bytes, 4, 65532);
    if (symbol_bytes % 4 != 0)
        throw std::invalid_argument("symbol_bytes: " + std::to_string(symbol_bytes) +
                                    " is no multiple of 4");
}

} // namespace depinsat::blocks
