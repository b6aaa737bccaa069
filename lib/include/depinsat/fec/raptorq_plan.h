#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace depinsat::fec {

struct RaptorQPlanParts;

/// Memory of symbols comes in cache lines, so that vectors do not straddle them.
struct alignas(64) RaptorQLine {
    uint8_t octets[64];
};

/// The largest source block that is built; the standard allows 56403.
inline constexpr unsigned kRaptorQMaxSourceSymbols = 8192;

/// What encoders and decoders of source blocks of one number of symbols share: the sizes of the
/// code, the sparse relations of its source symbols, and the order in which an encoder adds.
///
/// Standard  RFC 6330, clauses 5.3.3 and 5.6.
/// Cost      0.2 ms for 1000 symbols, 4 ms for 8192: make one and share it.
/// Threads   never changes; any number may share it.
class RaptorQPlan
{
public:
    /// @param source_symbols  K of a source block, 1 to 8192.
    /// @throws std::invalid_argument if it is not.
    explicit RaptorQPlan(unsigned source_symbols);
    ~RaptorQPlan();

    unsigned source_symbols() const;       ///< K
    unsigned extended_symbols() const;     ///< K': K and the padding symbols, which are zeros
    unsigned intermediate_symbols() const; ///< L

    const RaptorQPlanParts& parts() const { return *parts_; } ///< for encoder and decoder

private:
    std::unique_ptr<const RaptorQPlanParts> parts_;
};

} // namespace depinsat::fec
