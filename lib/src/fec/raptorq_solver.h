#pragma once

#include "fec/raptorq_code.h"
#include "fec/raptorq_dense.h"
#include "fec/raptorq_peeling.h"
#include "fec/raptorq_schedule.h"

#include <span>
#include <vector>

namespace depinsat::fec {

/// Finds how the intermediate symbols follow from a set of encoding symbols, without touching
/// them.
///
/// Standard  RFC 6330, clause 5.4.2, permanent inactivation included. Every set of symbols
///           that determines the intermediate symbols is solved, so that the failure rate is
///           that of the code, unless more than max_inactive() columns would be inactive.
/// Cost      O(entries) and the dense part: u^3 / 64 for u inactive columns, 70 at K = 1000,
/// 200 at 8192.
///           All memory is taken in the constructor.
class RaptorQSolver
{
public:
    /// @param hdpc_rows  code.hdpc_rows(); both must outlive the object.
    RaptorQSolver(const RaptorQCode& code,
                  std::span<const std::array<uint8_t, 2>> hdpc_rows,
                  size_t max_rows,
                  size_t max_entries);

    /// @param rows    the LDPC rows and those of encoding symbols.
    /// @param inputs  for each row where its symbol will be, or kNoInput.
    /// @return whether the rows are enough; `schedule` is complete only then.
    bool
    solve(const RaptorQRows& rows, std::span<const uint16_t> inputs, RaptorQSchedule& schedule);

    size_t max_inactive() const { return peeling_.max_inactive(); }
    size_t max_leftovers() const { return max_leftovers_; }

private:
    void number_inactive();
    void add_sums(const RaptorQRows& rows,
                  std::span<const uint16_t> inputs,
                  RaptorQSchedule& schedule);
    void add_sum(RaptorQRows::Row row, unsigned to, uint16_t input, std::span<uint64_t> bits);
    bool solve_dense(RaptorQSchedule& schedule);
    void find_hdpc_factors();
    void expand(size_t word);
    bool solve_free(RaptorQSchedule& schedule);
    void write_basis(RaptorQSchedule& schedule) const;
    void write_solved(RaptorQSchedule& schedule) const;

    const RaptorQCode& code_;
    std::span<const std::array<uint8_t, 2>> hdpc_rows_;
    RaptorQPeeling peeling_;
    size_t max_leftovers_;
    BinaryElimination elimination_;
    std::vector<uint16_t> inactive_index_; // of each column, or kActive
    BitMatrix columns_;                    // each column in terms of the inactive ones
    BitMatrix leftovers_;                  // each leftover row, with the identity beside it
    std::vector<uint8_t> expanded_;        // 64 inactive columns as octets
    std::vector<uint8_t> hdpc_factors_;    // of each inactive column in each HDPC relation
    std::vector<uint8_t> free_matrix_;
    std::vector<uint16_t>* sparse_ = nullptr; // what add_sum() writes to
};

} // namespace depinsat::fec
