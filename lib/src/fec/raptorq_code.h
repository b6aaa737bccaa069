#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace depinsat::fec {

/// The most intermediate symbols that one encoding symbol is a sum of: 30 LT and 3 PI.
inline constexpr unsigned kRaptorQMaxDegree = 33;

/// Which intermediate symbols an encoding symbol is the sum of.
struct RaptorQNeighbours {
    std::array<uint16_t, kRaptorQMaxDegree> columns; ///< the LT symbols, then the PI symbols
    uint8_t lt;                                      ///< how many are LT symbols
    uint8_t count;                                   ///< how many in all

    std::span<const uint16_t> all() const { return {columns.data(), count}; }
};

/// Rows of a sparse binary matrix over the intermediate symbols, one after the other.
class RaptorQRows
{
public:
    struct Row {
        std::span<const uint16_t> lt, pi;
    };

    /// Memory for so many rows and entries; adding more is the caller's bug.
    void reserve(size_t rows, size_t entries);
    void clear();
    /// Drops all rows from `rows` on.
    void truncate(size_t rows);
    void add(const RaptorQNeighbours& neighbours);
    /// A row given by the columns of its LT symbols and of its PI symbols.
    void add(std::span<const uint16_t> lt, std::span<const uint16_t> pi);

    size_t size() const { return lt_end_.size(); }
    size_t entries() const { return columns_.size(); }
    Row operator[](size_t row) const
    {
        const uint16_t* const first = columns_.data();
        const uint16_t* const pi = first + lt_end_[row];
        return {{first + (row == 0 ? 0 : end_[row - 1]), pi}, {pi, first + end_[row]}};
    }

private:
    std::vector<uint16_t> columns_;
    std::vector<uint32_t> lt_end_, end_;
};

/// The code for one number of source symbols: sizes and which symbols are neighbours.
///
/// Standard  RFC 6330, clauses 5.3.3.3, 5.3.5 and 5.6; the names are those of the standard.
struct RaptorQCode {
    /// @throws std::invalid_argument unless source_symbols is 1 to 8192.
    explicit RaptorQCode(unsigned source_symbols);

    /// Neighbours of the encoding symbol with this internal symbol identifier (Tuple[] and
    /// Enc[]).
    RaptorQNeighbours neighbours(uint32_t isi) const;

    /// The internal symbol identifier: padding symbols stand between source and repair symbols.
    uint32_t isi(uint32_t esi) const { return esi < k ? esi : esi + (k_prime - k); }

    /// The S rows of the LDPC relations; each sums to 0.
    void add_ldpc_rows(RaptorQRows& rows) const;
    size_t ldpc_entries() const { return 3 * b + 3 * size_t{s}; }

    /// The two rows of the HDPC matrix MT that have a 1 in each of its columns but the last.
    std::vector<std::array<uint8_t, 2>> hdpc_rows() const;

    unsigned k, k_prime, j, s, h, w;
    unsigned l;  ///< intermediate symbols
    unsigned p;  ///< PI symbols: those that are inactive from the start
    unsigned p1; ///< the smallest prime that is at least p
    unsigned b;  ///< LT symbols that are not LDPC symbols
};

} // namespace depinsat::fec
