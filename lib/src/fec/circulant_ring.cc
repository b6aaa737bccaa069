#include "fec/circulant_ring.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace depinsat::fec {
namespace {

using Matrix = std::vector<std::vector<Polynomial>>; // [row][column]

bool coefficient(const Polynomial& a, size_t index)
{
    return a[index / 64] >> (63 - index % 64) & 1;
}

void flip_coefficient(Polynomial& a, size_t index)
{
    a[index / 64] ^= uint64_t(1) << (63 - index % 64);
}

size_t weight(const Polynomial& a)
{
    size_t ones = 0;
    for (const uint64_t word : a)
        ones += size_t(std::popcount(word));
    return ones;
}

void add(Polynomial& sum, const Polynomial& addend)
{
    for (size_t w = 0; w < sum.size(); ++w)
        sum[w] ^= addend[w];
}

Polynomial square(const Polynomial& a, unsigned size)
{
    Polynomial result(a.size());
    for (size_t i = 0; i < size; ++i)
        if (coefficient(a, i))
            flip_coefficient(result, 2 * i % size);
    return result;
}

/// A sum over the checks' bits (t + shift) is a product with x^-shift.
Matrix parity_checks(const CcsdsLdpcCode& code)
{
    const Polynomial zero(words_of(code.circulant));
    Matrix h(code.block_rows, std::vector<Polynomial>(code.block_columns, zero));
    for (const Circulant& c : code.circulants)
        flip_coefficient(h[c.row][c.column], (code.circulant - c.shift) % code.circulant);
    return h;
}

struct Pivot {
    size_t row, column;
};

/// The unit of least weight, so that sparse rows stay sparse for long.
Pivot choose_pivot(const Matrix& h, size_t first_column, const std::vector<bool>& used)
{
    Pivot best{};
    size_t least = SIZE_MAX;
    for (size_t r = 0; r < h.size(); ++r)
        for (size_t c = first_column; !used[r] && c < h[r].size(); ++c) {
            const size_t ones = weight(h[r][c]);
            if (ones % 2 == 1 && ones < least) {
                best = {r, c};
                least = ones;
            }
        }
    assert(least != SIZE_MAX); // or the matrix does not determine the parity
    return best;
}

void scale_row(std::vector<Polynomial>& row, const Polynomial& factor, unsigned size)
{
    for (Polynomial& entry : row)
        entry = product(entry, factor, size);
}

void eliminate(Matrix& h, Pivot pivot, unsigned size)
{
    scale_row(h[pivot.row], inverse_unit(h[pivot.row][pivot.column], size), size);
    for (size_t r = 0; r < h.size(); ++r) {
        const Polynomial factor = h[r][pivot.column];
        if (r == pivot.row || weight(factor) == 0)
            continue;
        for (size_t c = 0; c < h[r].size(); ++c)
            add(h[r][c], product(h[pivot.row][c], factor, size));
    }
}

Generator solve(const CcsdsLdpcCode& code)
{
    Matrix h = parity_checks(code);
    const size_t message_blocks = code.block_columns - code.block_rows;
    std::vector<bool> used(h.size());
    std::vector<size_t> row_of_column(code.block_columns);
    for (size_t step = 0; step < h.size(); ++step) {
        const Pivot pivot = choose_pivot(h, message_blocks, used);
        eliminate(h, pivot, code.circulant);
        used[pivot.row] = true;
        row_of_column[pivot.column] = pivot.row;
    }
    Generator generator(message_blocks);
    for (size_t m = 0; m < message_blocks; ++m)
        for (size_t c = message_blocks; c < code.block_columns - code.punctured; ++c)
            generator[m].push_back(h[row_of_column[c]][m]);
    return generator;
}

} // namespace

void multiply_by_x(std::span<uint64_t> polynomial, unsigned size)
{
    const size_t last = (size - 1) % 64;
    uint64_t carry = polynomial.back() << last & uint64_t(1) << 63;
    for (uint64_t& word : polynomial) {
        const uint64_t next = word << 63;
        word = word >> 1 | carry;
        carry = next;
    }
    if (last != 63)
        polynomial.back() &= ~(~uint64_t(0) >> (last + 1));
}

Polynomial shifted(const Polynomial& polynomial, unsigned size, unsigned exponent)
{
    Polynomial result(polynomial.size());
    for (size_t i = 0; i < size; ++i)
        if (coefficient(polynomial, i))
            flip_coefficient(result, (i + exponent) % size);
    return result;
}

Polynomial product(const Polynomial& a, const Polynomial& b, unsigned size)
{
    assert(std::has_single_bit(size));
    const bool swap = weight(b) < weight(a); // sums of rotations of the heavier one
    const Polynomial& few = swap ? b : a;
    const Polynomial& many = swap ? a : b;
    const size_t words = a.size();
    Polynomial sum(words);
    if (weight(few) == 0)
        return sum;
    for (size_t bit = std::min(size, 64u); bit-- > 0;) {
        multiply_by_x(sum, size);
        for (size_t w = 0; w < words; ++w)
            if (few[w] >> (63 - bit) & 1)
                for (size_t to = w, from = 0; from < words; ++from, to = (to + 1) % words)
                    sum[to] ^= many[from];
    }
    return sum;
}

Polynomial inverse_unit(const Polynomial& a, unsigned size)
{
    // a^size = a(x^size) = a(1) = 1, so the inverse is a^(size - 1) = a * a^2 * a^4 ...
    assert(weight(a) % 2 == 1);
    Polynomial power = a, inverse = a;
    for (unsigned exponent = 2; exponent < size; exponent *= 2) {
        power = square(power, size);
        inverse = product(inverse, power, size);
    }
    return inverse;
}

Generator generator_of(const CcsdsLdpcCode& code)
{
    if (code.generator.empty())
        return solve(code);
    const size_t words = words_of(code.circulant), parity_blocks = code.block_rows;
    Generator generator(code.generator.size() / words / parity_blocks);
    const uint64_t* next = code.generator.data();
    for (auto& row : generator)
        for (size_t p = 0; p < parity_blocks; ++p, next += words)
            row.emplace_back(next, next + words);
    return generator;
}

} // namespace depinsat::fec
