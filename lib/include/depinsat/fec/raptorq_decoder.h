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

/// Symbols over K that are stored. Each one over K leaves about one in 200 of the failures, so
/// only symbols chosen by an enemy use them up.
inline constexpr unsigned kRaptorQMaxOverhead = 64;

/// RaptorQ decoder of one source block at a time, no sub-blocks.
///
/// Standard  RFC 6330, clause 5.4.
/// Shape     any encoding symbols in any order in, K symbols of T octets out.
/// Fails     when the symbols do not determine the block: about 1 in 170 with K symbols, 1 in
///           30,000 with K + 1, none of 1.9 million with K + 2; the next symbol is then another
///           try. Symbols must be right: a wrong octet goes unnoticed.
/// Hostile   symbols chosen so that next to nothing can be peeled are not solved, even if they
///           determine the block: that bounds a search to about 10 ms.
/// Memory    about 3.7 K T octets at K = 1000, 3.2 K T at K = 8192, taken in the constructor;
///           no call allocates.
/// Cost      a copy for each symbol; where source symbols are missing, the symbol that
///           completes the block costs about 20 additions of T octets a source symbol, and a
///           search for their order, 0.2 ms at K = 1000 and 3 ms at K = 8192 whatever T is. At
///           most kRaptorQMaxOverhead more searches.
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
