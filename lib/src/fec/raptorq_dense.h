#pragma once

#include "fec/raptorq_code.h"

#include <cstdint>
#include <span>
#include <vector>

namespace depinsat::fec {

/// Rows of bits in words of 64, in memory that is taken once.
class BitMatrix
{
public:
    explicit BitMatrix(size_t max_words) : words_(max_words) {}

    /// Makes it rows x columns of zeros. @return whether it has the memory.
    bool reset(size_t rows, size_t columns);
    size_t rows() const { return rows_; }
    size_t words_per_row() const { return stride_; }

    std::span<uint64_t> row(size_t i) { return {words_.data() + i * stride_, stride_}; }
    std::span<const uint64_t> row(size_t i) const
    {
        return {words_.data() + i * stride_, stride_};
    }
    bool get(size_t i, size_t column) const { return row(i)[column / 64] >> (column % 64) & 1; }
    void flip(size_t i, size_t column) { row(i)[column / 64] ^= uint64_t{1} << (column % 64); }
    void add_row(size_t from, size_t to);
    void swap_rows(size_t a, size_t b);

private:
    size_t rows_ = 0, stride_ = 0;
    std::vector<uint64_t> words_;
};

/// Gauss-Jordan elimination of the binary rows that are left after peeling.
///
/// After it, row i of matrix() has a single 1 among the pivot columns, at pivot_columns()[i];
/// its bits in free_columns() are what that column takes from those, and the bits from columns
/// on, one for each row at first, tell of which rows it is the sum.
class BinaryElimination
{
public:
    BinaryElimination(size_t max_rows, size_t max_columns, size_t max_free);

    /// @param matrix  rows over `columns` unknowns; the identity over its rows stands right of
    ///                word identity_word().
    /// @return whether at most max_free columns stay free.
    bool run(BitMatrix& matrix, size_t columns);

    static size_t identity_column(size_t columns) { return (columns + 63) / 64 * 64; }
    std::span<const uint16_t> pivot_columns() const { return pivot_columns_; }
    std::span<const uint16_t> free_columns() const { return free_columns_; }

private:
    size_t max_free_;
    std::vector<uint16_t> pivot_columns_, free_columns_;
};

/// Gauss-Jordan elimination over GF(256).
///
/// @param matrix  `rows` rows of `stride` octets, of which the first `columns` are the unknowns
///                and the rest is carried along.
/// @return whether the columns are independent; then rows 0 to columns - 1 hold the identity.
bool eliminate_octets(std::span<uint8_t> matrix, size_t rows, size_t columns, size_t stride);

} // namespace depinsat::fec
