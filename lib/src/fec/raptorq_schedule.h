#pragma once

#include "fec/raptorq_code.h"
#include "fec/raptorq_kernels.h"

#include <cstdint>
#include <vector>

namespace depinsat::fec {

/// The additions that turn encoding symbols into the intermediate symbols.
///
/// The sparse rows give each pivot symbol from earlier ones and the inactive symbols. A first
/// pass takes the inactive symbols as zero; what the leftover rows and the HDPC relations then
/// miss gives the inactive symbols, by small dense matrices; a second pass puts them in.
///
/// Slots     intermediate symbols first, then `leftovers` remainders of leftover rows, as many
///           sums of them, and H remainders of the HDPC relations.
struct RaptorQSchedule {
    std::vector<uint16_t> sparse;       ///< program of add_slots(): pivots, then leftover rows
    size_t pivots_end = 0;              ///< words of `sparse` that are pivots
    std::vector<uint16_t> inactive;     ///< columns that the first pass takes as zero
    std::vector<uint16_t> basis;        ///< program: sums of remainders
    std::vector<uint16_t> free_columns; ///< inactive columns that only HDPC relations give
    std::vector<uint8_t> hdpc_factors;  ///< H rows: of each sum in each HDPC relation
    std::vector<uint8_t> free_factors;  ///< of each HDPC remainder in each free column
    std::vector<uint16_t> solved;       ///< program: the other inactive columns
    unsigned leftovers = 0;

    void
    reserve(const RaptorQCode& code, size_t max_rows, size_t max_entries, size_t max_inactive);
    void clear();

    unsigned leftover_slot(const RaptorQCode& code, unsigned i) const { return code.l + i; }
    unsigned sum_slot(const RaptorQCode& code, unsigned i) const
    {
        return code.l + leftovers + i;
    }
    unsigned hdpc_slot(const RaptorQCode& code) const { return code.l + 2 * leftovers; }
    size_t slots(const RaptorQCode& code) const { return hdpc_slot(code) + code.h; }

    /// The same for the most leftover rows that can be.
    static size_t max_slots(const RaptorQCode& code, size_t max_leftovers)
    {
        return code.l + 2 * max_leftovers + code.h;
    }
};

/// Computes all intermediate symbols.
///
/// @param hdpc_rows  RaptorQCode::hdpc_rows().
/// @param symbols    inputs as the schedule was made for; slots.stride at least symbols.bytes.
void run_schedule(const RaptorQCode& code,
                  std::span<const std::array<uint8_t, 2>> hdpc_rows,
                  const RaptorQSchedule& schedule,
                  const RaptorQSlots& symbols);

} // namespace depinsat::fec
