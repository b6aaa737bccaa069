#include "fec/raptorq_code.h"

#include "depinsat/fec/raptorq_plan.h"
#include "fec/raptorq_tables.h"

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <string>

namespace depinsat::fec {
namespace {

const RaptorQSizes& sizes_for(unsigned source_symbols)
{
    if (source_symbols < 1 || source_symbols > kRaptorQMaxSourceSymbols)
        throw std::invalid_argument("RaptorQ: source symbols are 1 to 8192, not " +
                                    std::to_string(source_symbols));
    const auto rows = raptorq_sizes();
    return *std::lower_bound(
        rows.begin(), rows.end(), source_symbols,
        [](const RaptorQSizes& row, unsigned k) { return row.k_prime < k; });
}

bool is_prime(unsigned n)
{
    for (unsigned divisor = 2; divisor * divisor <= n; ++divisor)
        if (n % divisor == 0)
            return false;
    return true;
}

unsigned random(uint32_t y, unsigned i, unsigned m)
{
    const auto& v = kRaptorQRandom;
    return (v[0][(y + i) & 255] ^ v[1][((y >> 8) + i) & 255] ^ v[2][((y >> 16) + i) & 255] ^
            v[3][((y >> 24) + i) & 255]) %
           m;
}

unsigned degree(uint32_t v, unsigned w)
{
    const auto above = std::upper_bound(kRaptorQDegrees.begin(), kRaptorQDegrees.end(), v);
    return std::min(unsigned(above - kRaptorQDegrees.begin()), w - 2);
}

} // namespace

void RaptorQRows::reserve(size_t rows, size_t entries)
{
    columns_.reserve(entries);
    lt_end_.reserve(rows);
    end_.reserve(rows);
}

void RaptorQRows::clear()
{
    truncate(0);
}

void RaptorQRows::truncate(size_t rows)
{
    assert(rows <= size());
    columns_.resize(rows == 0 ? 0 : end_[rows - 1]);
    lt_end_.resize(rows);
    end_.resize(rows);
}

void RaptorQRows::add(const RaptorQNeighbours& neighbours)
{
    const auto all = neighbours.all();
    add(all.first(neighbours.lt), all.subspan(neighbours.lt));
}

void RaptorQRows::add(std::span<const uint16_t> lt, std::span<const uint16_t> pi)
{
    assert(size() < lt_end_.capacity() &&
           entries() + lt.size() + pi.size() <= columns_.capacity());
    columns_.insert(columns_.end(), lt.begin(), lt.end());
    lt_end_.push_back(uint32_t(columns_.size()));
    columns_.insert(columns_.end(), pi.begin(), pi.end());
    end_.push_back(uint32_t(columns_.size()));
}

RaptorQCode::RaptorQCode(unsigned source_symbols) : k(source_symbols)
{
    const RaptorQSizes& sizes = sizes_for(source_symbols);
    k_prime = sizes.k_prime;
    j = sizes.j;
    s = sizes.s;
    h = sizes.h;
    w = sizes.w;
    l = k_prime + s + h;
    p = l - w;
    b = w - s;
    for (p1 = p; !is_prime(p1);)
        ++p1;
}

RaptorQNeighbours RaptorQCode::neighbours(uint32_t isi) const
{
    const uint32_t y = 10267 * (j + 1) + isi * ((53591 + j * 997) | 1);
    const unsigned d = degree(random(y, 0, 1 << 20), w);
    const unsigned step = 1 + random(y, 1, w - 1);
    unsigned at = random(y, 2, w);

    RaptorQNeighbours out;
    out.lt = uint8_t(d);
    out.count = uint8_t(d + (d < 4 ? 2 + random(isi, 3, 2) : 2));
    for (unsigned i = 0; i < d; ++i) {
        out.columns[i] = uint16_t(at);
        at += step;
        at -= at >= w ? w : 0;
    }
    const unsigned pi_step = 1 + random(isi, 4, p1 - 1);
    unsigned pi = random(isi, 5, p1);
    for (unsigned i = d; i < out.count; ++i) {
        while (pi >= p)
            pi = (pi + pi_step) % p1;
        out.columns[i] = uint16_t(w + pi);
        pi = (pi + pi_step) % p1;
    }
    return out;
}

void RaptorQCode::add_ldpc_rows(RaptorQRows& rows) const
{
    std::vector<std::vector<uint16_t>> lt(s);
    for (unsigned column = 0; column < b; ++column) {
        const unsigned step = 1 + column / s;
        for (unsigned i = 0; i < 3; ++i)
            lt[(column + i * step) % s].push_back(uint16_t(column));
    }
    for (unsigned row = 0; row < s; ++row) {
        lt[row].push_back(uint16_t(b + row));
        const std::array<uint16_t, 2> pi = {uint16_t(w + row % p), uint16_t(w + (row + 1) % p)};
        rows.add(lt[row], pi);
    }
}

std::vector<std::array<uint8_t, 2>> RaptorQCode::hdpc_rows() const
{
    std::vector<std::array<uint8_t, 2>> rows(k_prime + s - 1);
    for (unsigned column = 0; column < rows.size(); ++column) {
        const unsigned first = random(column + 1, 6, h);
        const unsigned second = (first + random(column + 1, 7, h - 1) + 1) % h;
        rows[column] = {uint8_t(first), uint8_t(second)};
    }
    return rows;
}

} // namespace depinsat::fec
