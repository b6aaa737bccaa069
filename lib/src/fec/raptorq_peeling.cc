#include "fec/raptorq_peeling.h"

#include <algorithm>
#include <numeric>

namespace depinsat::fec {

RaptorQPeeling::RaptorQPeeling(const RaptorQCode& code, size_t max_rows, size_t max_entries)
    : columns_(code.w),
      all_columns_(code.l),
      max_inactive_(std::min(code.l, 3 * code.p + 64)),
      active_(code.w),
      used_(max_rows),
      parent_(code.w),
      weight_(code.w)
{
    degree_.reserve(max_rows);
    sum_.reserve(max_rows);
    column_end_.reserve(code.w);
    rows_of_columns_.reserve(max_entries);
    ones_.reserve(max_rows);
    twos_.reserve(max_rows);
    pivots_.reserve(code.w);
    inactive_.reserve(code.l);
    leftovers_.reserve(max_rows);
}

bool RaptorQPeeling::run(const RaptorQRows& rows)
{
    start(rows);
    const size_t most = max_inactive_ - (all_columns_ - columns_);
    for (peel(rows); pivots_.size() + inactive_.size() < columns_; peel(rows)) {
        if (inactive_.size() == most)
            return false;
        const unsigned column = choose_inactive(rows);
        inactive_.push_back(uint16_t(column));
        remove_column(column);
    }
    for (unsigned column = columns_; column < all_columns_; ++column)
        inactive_.push_back(uint16_t(column));
    for (size_t row = 0; row < rows.size(); ++row)
        if (!used_[row])
            leftovers_.push_back(uint16_t(row));
    return true;
}

void RaptorQPeeling::start(const RaptorQRows& rows)
{
    degree_.resize(rows.size());
    sum_.resize(rows.size());
    std::fill(active_.begin(), active_.end(), 1);
    std::fill(used_.begin(), used_.end(), 0);
    for (auto* list : {&ones_, &twos_, &inactive_, &leftovers_})
        list->clear();
    pivots_.clear();
    for (size_t row = 0; row < rows.size(); ++row) {
        const auto lt = rows[row].lt;
        degree_[row] = uint16_t(lt.size());
        sum_[row] = std::accumulate(lt.begin(), lt.end(), uint16_t{0}, std::bit_xor<>());
        if (lt.size() <= 2)
            (lt.size() == 2 ? twos_ : ones_).push_back(uint16_t(row));
    }
    list_rows_of_columns(rows);
}

void RaptorQPeeling::list_rows_of_columns(const RaptorQRows& rows)
{
    column_end_.assign(columns_, 0);
    size_t entries = 0;
    for (size_t row = 0; row < rows.size(); ++row) {
        entries += rows[row].lt.size();
        for (unsigned column : rows[row].lt)
            ++column_end_[column];
    }
    rows_of_columns_.resize(entries);
    // The ends become starts, and ends again as the rows are filled in.
    std::exclusive_scan(column_end_.begin(), column_end_.end(), column_end_.begin(), 0u);
    for (size_t row = 0; row < rows.size(); ++row)
        for (unsigned column : rows[row].lt)
            rows_of_columns_[column_end_[column]++] = uint16_t(row);
}

void RaptorQPeeling::peel(const RaptorQRows&)
{
    while (!ones_.empty()) {
        const unsigned row = ones_.back();
        ones_.pop_back();
        if (degree_[row] != 1)
            continue;
        const unsigned column = sum_[row];
        used_[row] = 1;
        pivots_.push_back({uint16_t(row), uint16_t(column)});
        remove_column(column);
    }
}

void RaptorQPeeling::remove_column(unsigned column)
{
    active_[column] = 0;
    for (uint32_t i = column == 0 ? 0 : column_end_[column - 1]; i < column_end_[column]; ++i) {
        const unsigned row = rows_of_columns_[i];
        sum_[row] ^= uint16_t(column);
        const unsigned left = --degree_[row];
        if (left == 1)
            ones_.push_back(uint16_t(row));
        else if (left == 2)
            twos_.push_back(uint16_t(row));
    }
}

// One column of the largest component joined by rows of degree 2: setting it aside frees them
// all.
unsigned RaptorQPeeling::choose_inactive(const RaptorQRows& rows)
{
    std::erase_if(twos_, [this](unsigned row) { return degree_[row] != 2; });
    if (twos_.empty())
        return column_of_lightest_row(rows);
    unite_pairs(rows);
    const auto largest = std::max_element(weight_.begin(), weight_.end());
    return unsigned(largest - weight_.begin());
}

void RaptorQPeeling::unite_pairs(const RaptorQRows& rows)
{
    std::iota(parent_.begin(), parent_.end(), uint16_t{0});
    std::fill(weight_.begin(), weight_.end(), 1);
    for (unsigned row : twos_) {
        const unsigned column = first_active(rows[row].lt);
        unsigned a = root(column);
        unsigned b = root(column ^ sum_[row]);
        if (a == b)
            continue;
        if (weight_[a] < weight_[b])
            std::swap(a, b);
        parent_[b] = uint16_t(a);
        weight_[a] += weight_[b];
    }
}

unsigned RaptorQPeeling::root(unsigned column)
{
    while (parent_[column] != column)
        column = parent_[column] = parent_[parent_[column]];
    return column;
}

unsigned RaptorQPeeling::first_active(std::span<const uint16_t> columns) const
{
    return *std::find_if(columns.begin(), columns.end(),
                         [this](unsigned c) { return active_[c]; });
}

unsigned RaptorQPeeling::column_of_lightest_row(const RaptorQRows& rows) const
{
    size_t lightest = rows.size();
    for (size_t row = 0; row < rows.size(); ++row)
        if (degree_[row] > 0 && (lightest == rows.size() || degree_[row] < degree_[lightest]))
            lightest = row;
    if (lightest < rows.size())
        return first_active(rows[lightest].lt);
    const auto unseen = std::find(active_.begin(), active_.end(), 1); // in no row at all
    return unsigned(unseen - active_.begin());
}

} // namespace depinsat::fec
