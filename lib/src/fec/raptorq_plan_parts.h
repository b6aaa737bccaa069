#pragma once

#include "fec/raptorq_code.h"
#include "fec/raptorq_schedule.h"

#include <array>
#include <vector>

namespace depinsat::fec {

/// What a RaptorQPlan holds.
struct RaptorQPlanParts {
    explicit RaptorQPlanParts(unsigned source_symbols);

    RaptorQCode code;
    std::vector<std::array<uint8_t, 2>> hdpc_rows;
    RaptorQRows rows;         ///< LDPC rows, then those of padding symbols: known to everyone
    RaptorQSchedule encoding; ///< inputs are the source symbols
};

/// Distance of symbols in memory of their own: whole vectors.
constexpr size_t raptorq_stride(size_t symbol_bytes)
{
    return (symbol_bytes + 63) / 64 * 64;
}

/// @throws std::invalid_argument unless it is a multiple of 4 from 4 to 65532.
size_t checked_symbol_bytes(size_t symbol_bytes);

} // namespace depinsat::fec
