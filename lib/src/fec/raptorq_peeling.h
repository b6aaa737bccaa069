#pragma once

#include "fec/raptorq_code.h"

#include <cstdint>
#include <span>
#include <vector>

namespace depinsat::fec {

/// Orders sparse rows into a triangle, column by column, setting aside ("inactivating") what
/// stands in the way. The PI columns are set aside from the start.
///
/// Standard  RFC 6330, clause 5.4.2.2, in another order: nothing is eliminated here.
/// Cost      O(entries), and O(rows + columns) for each column that is set aside.
class RaptorQPeeling
{
public:
    /// Row `row` gives `column` when the columns of the pivots before it and the inactive
    /// columns are known.
    struct Pivot {
        uint16_t row, column;
    };

    RaptorQPeeling(const RaptorQCode& code, size_t max_rows, size_t max_entries);

    /// @return whether no more than max_inactive() columns had to be set aside.
    bool run(const RaptorQRows& rows);

    std::span<const Pivot> pivots() const { return pivots_; }
    std::span<const uint16_t> inactive() const { return inactive_; }
    std::span<const uint16_t> leftovers() const { return leftovers_; }

    /// Bound of the columns set aside, PI columns among them. Random symbols stay far below it;
    /// symbols chosen by an enemy could otherwise make the dense part as large as the block.
    size_t max_inactive() const { return max_inactive_; }

private:
    void start(const RaptorQRows& rows);
    void list_rows_of_columns(const RaptorQRows& rows);
    void peel(const RaptorQRows& rows);
    void remove_column(unsigned column);
    unsigned choose_inactive(const RaptorQRows& rows);
    void unite_pairs(const RaptorQRows& rows);
    unsigned column_of_lightest_row(const RaptorQRows& rows) const;
    unsigned first_active(std::span<const uint16_t> columns) const;
    unsigned root(unsigned column);

    unsigned columns_, all_columns_;
    size_t max_inactive_;
    std::vector<uint16_t> degree_, sum_; // of each row over the active columns; sum by xor
    std::vector<uint32_t> column_end_;   // in rows_of_columns_
    std::vector<uint16_t> rows_of_columns_;
    std::vector<uint8_t> active_, used_;    // columns; rows
    std::vector<uint16_t> ones_, twos_;     // rows that had reached degree 1, 2
    std::vector<uint16_t> parent_, weight_; // union-find over columns
    std::vector<Pivot> pivots_;
    std::vector<uint16_t> inactive_, leftovers_;
};

} // namespace depinsat::fec
