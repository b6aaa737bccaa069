#include "fec/raptorq_dense.h"

#include "depinsat/fec/octet.h"

#include <algorithm>

namespace depinsat::fec {

bool BitMatrix::reset(size_t rows, size_t columns)
{
    const size_t stride = (columns + 63) / 64;
    if (rows * stride > words_.size())
        return false;
    rows_ = rows;
    stride_ = stride;
    std::fill_n(words_.begin(), rows * stride, 0);
    return true;
}

void BitMatrix::add_row(size_t from, size_t to)
{
    const uint64_t* const source = words_.data() + from * stride_;
    uint64_t* const target = words_.data() + to * stride_;
    for (size_t i = 0; i < stride_; ++i)
        target[i] ^= source[i];
}

void BitMatrix::swap_rows(size_t a, size_t b)
{
    if (a != b)
        std::swap_ranges(row(a).begin(), row(a).end(), row(b).begin());
}

BinaryElimination::BinaryElimination(size_t max_rows, size_t max_columns, size_t max_free)
    : max_free_(max_free)
{
    pivot_columns_.reserve(std::min(max_rows, max_columns));
    free_columns_.reserve(max_free + 1);
}

bool BinaryElimination::run(BitMatrix& matrix, size_t columns)
{
    pivot_columns_.clear();
    free_columns_.clear();
    for (size_t column = 0; column < columns; ++column) {
        const size_t rank = pivot_columns_.size();
        size_t pivot = rank;
        while (pivot < matrix.rows() && !matrix.get(pivot, column))
            ++pivot;
        if (pivot == matrix.rows()) {
            free_columns_.push_back(uint16_t(column));
            if (free_columns_.size() > max_free_)
                return false;
            continue;
        }
        matrix.swap_rows(rank, pivot);
        for (size_t row = 0; row < matrix.rows(); ++row)
            if (row != rank && matrix.get(row, column))
                matrix.add_row(rank, row);
        pivot_columns_.push_back(uint16_t(column));
    }
    return true;
}

bool eliminate_octets(std::span<uint8_t> matrix, size_t rows, size_t columns, size_t stride)
{
    const auto row = [&](size_t i) {
        return matrix.subspan(i * stride, stride);
    };
    for (size_t column = 0; column < columns; ++column) {
        size_t pivot = column;
        while (pivot < rows && row(pivot)[column] == 0)
            ++pivot;
        if (pivot == rows)
            return false;
        if (pivot != column)
            std::swap_ranges(row(column).begin(), row(column).end(), row(pivot).begin());
        scale_octets(row(column), row(column), invert_octet(row(column)[column]));
        for (size_t other = 0; other < rows; ++other)
            if (const uint8_t factor = row(other)[column]; other != column && factor != 0)
                add_scaled_octets(row(column), row(other), factor);
    }
    return true;
}

} // namespace depinsat::fec
