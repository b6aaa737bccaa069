#pragma once

#include "depinsat/fec/raptorq_plan.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace depinsat::fec {

/// The largest encoding symbol identifier: it has 24 bits on the wire.
inline constexpr uint32_t kRaptorQMaxEsi = (1u << 24) - 1;

/// RaptorQ encoder of one source block at a time, systematic, no sub-blocks.
///
/// Standard  RFC 6330, clause 5.3.
/// Shape     K symbols of T octets in; any encoding symbol out: ESI 0 to K - 1 are the source
///           symbols, K to 2^24 - 1 repair symbols.
/// Memory    about 1.2 (K + 60) T octets, taken in the constructor; no call allocates.
/// Cost      about 20 additions of T octets a source symbol, and 7 a repair symbol.
/// Threads   set_source() by one; encode() by several in between.
class RaptorQEncoder
{
public:
    /// @param symbol_bytes  T, a multiple of 4 from 4 to 65532.
    /// @throws std::invalid_argument if it is not.
    RaptorQEncoder(std::shared_ptr<const RaptorQPlan> plan, size_t symbol_bytes);

    size_t symbol_bytes() const { return symbol_bytes_; }
    const RaptorQPlan& plan() const { return *plan_; }

    /// Takes a source block; it need not live on. Before the first, the block is all zeros.
    ///
    /// @param source  plan().source_symbols() * symbol_bytes() octets.
    void set_source(std::span<const uint8_t> source);

    /// @param symbol  symbol_bytes() octets.
    /// @return whether there is such a symbol; if not, `symbol` is not written.
    bool encode(std::span<uint8_t> symbol, uint32_t esi) const;

private:
    std::shared_ptr<const RaptorQPlan> plan_;
    size_t symbol_bytes_;
    std::vector<RaptorQLine> slots_;
    std::vector<const uint8_t*> inputs_;
};

} // namespace depinsat::fec
