#include "fec/raptorq_schedule.h"

#include "depinsat/fec/octet.h"

#include <cstring>

namespace depinsat::fec {
namespace {

std::span<uint8_t> slot(const RaptorQSlots& symbols, size_t index)
{
    return {symbols.slot(index), symbols.bytes};
}

// The columns that the leftover rows leave open follow from the HDPC relations.
void solve_free_columns(const RaptorQCode& code,
                        const RaptorQSchedule& schedule,
                        const RaptorQSlots& symbols)
{
    const unsigned hdpc = schedule.hdpc_slot(code);
    const size_t sums = schedule.hdpc_factors.size() / code.h;
    for (size_t sum = 0; sum < sums; ++sum)
        for (unsigned i = 0; i < code.h; ++i)
            if (const uint8_t factor = schedule.hdpc_factors[i * sums + sum])
                add_scaled_octets(slot(symbols, schedule.sum_slot(code, unsigned(sum))),
                                  slot(symbols, hdpc + i), factor);
    for (size_t f = 0; f < schedule.free_columns.size(); ++f)
        for (unsigned i = 0; i < code.h; ++i)
            if (const uint8_t factor = schedule.free_factors[f * code.h + i])
                add_scaled_octets(slot(symbols, hdpc + i),
                                  slot(symbols, schedule.free_columns[f]), factor);
}

} // namespace

void RaptorQSchedule::reserve(const RaptorQCode& code,
                              size_t max_rows,
                              size_t max_entries,
                              size_t max_inactive)
{
    sparse.reserve(max_entries + kSumHeader * max_rows);
    inactive.reserve(max_inactive);
    basis.reserve(max_inactive * (kSumHeader + max_inactive));
    free_columns.reserve(code.h);
    hdpc_factors.reserve(code.h * max_inactive);
    free_factors.reserve(size_t{code.h} * code.h);
    solved.reserve(max_inactive * (kSumHeader + 1 + code.h));
}

void RaptorQSchedule::clear()
{
    for (auto* list : {&sparse, &inactive, &basis, &free_columns, &solved})
        list->clear();
    hdpc_factors.clear();
    free_factors.clear();
    pivots_end = 0;
    leftovers = 0;
}

void run_schedule(const RaptorQCode& code,
                  std::span<const std::array<uint8_t, 2>> hdpc_rows,
                  const RaptorQSchedule& schedule,
                  const RaptorQSlots& symbols)
{
    for (const unsigned column : schedule.inactive)
        std::memset(symbols.slot(column), 0, symbols.bytes);
    const RaptorQHdpc hdpc = {hdpc_rows, schedule.hdpc_slot(code), code.h};
    add_slots_and_hdpc(schedule.sparse, hdpc, symbols);
    add_slots(schedule.basis, true, symbols);
    solve_free_columns(code, schedule, symbols);
    add_slots(schedule.solved, true, symbols);
    add_slots(std::span(schedule.sparse).first(schedule.pivots_end), true, symbols);
}

} // namespace depinsat::fec
