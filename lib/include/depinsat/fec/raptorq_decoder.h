#pragma once

#include "depinsat/fec/raptorq_encoder.h"

#include <cstdint>
#include <memory>
#include <span>

namespace depinsat::fec {

/// What became of a symbol that was received.
enum class RaptorQReception {
    NeedsMore, ///< stored; the source block is not yet determined
    Decoded,   ///< the source block is there, with this symbol or before it
    Duplicate, ///< its ESI was there already; ignored
    Refused,   ///< no such ESI, or not the size of a symbol; ignored
    Exhausted, ///< more than kRaptorQMaxOverhead symbols over K did not help; ignored
};

/// Symbols over K that are stored. Each one over K leaves about 1/256 of the failures, so that
/// only symbols chosen by an enemy use them up.
inline constexpr unsigned kRaptorQMaxOverhead = 64;

/// RaptorQ decoder of one source block at a time, no sub-blocks.
///
/// Standard  RFC 6330, clause 5.4.
/// Shape     any encoding symbols in any order in, K symbols of T octets out.
/// Fails     whenever the symbols do not determine the block: about 1 in 200 with K symbols, 1
/// in
///           60,000 with K + 1, 1 in 10^7 with K + 2; then one more symbol is asked for.
///           Symbols must be whole: a wrong octet goes unnoticed.
/// Memory    about (3.3 K + 300) T octets, taken in the constructor; no call allocates.
/// Cost      a copy for each symbol; where source symbols are missing, the symbol that
/// completes
///           the block costs about 20 additions of T octets a source symbol, and a search for
///           their order which is independent of T. At most kRaptorQMaxOverhead more searches.
/// Threads   one object per thread.
class RaptorQDecoder
{
public:
    /// @param symbol_bytes  T, a multiple of 4 from 4 to 65532.
    /// @throws std::invalid_argument if it is not.
    RaptorQDecoder(std::shared_ptr<const RaptorQPlan> plan, size_t symbol_bytes);
    ~RaptorQDecoder();
    RaptorQDecoder(RaptorQDecoder&&) noexcept;
    RaptorQDecoder& operator=(RaptorQDecoder&&) noexcept;

    size_t symbol_bytes() const;
    const RaptorQPlan& plan() const;

    /// Takes the encoding symbol `esi`; anything may come.
    RaptorQReception add(std::span<const uint8_t> symbol, uint32_t esi);

    bool decoded() const;

    /// Different symbols that are stored.
    unsigned received() const;

    /// The K source symbols; those that neither came nor are decoded yet are undefined.
    std::span<const uint8_t> source() const;

    /// Forgets everything: the next source block.
    void reset();

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace depinsat::fec
