#pragma once

#include "depinsat/core/types.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace depinsat::modulation {

/// DVB-S2 bit interleaver: FECFRAME to labels, and LLRs back to the order of the FECFRAME.
///
/// Standard  EN 302 307-1, clause 5.3.3 (table 8), and -2 (tables 9a, 9b): the FECFRAME is
/// written column by column
///           and read row by row; each row is the label of one symbol.
/// Order     digit b of `read_order` is the column that feeds bit b of the label, most
///           significant first: "012", "210". Empty: not interleaved (QPSK), consecutive bits
///           form the label.
/// Cost      a few operations per bit; memory grows once to the longest FECFRAME seen.
/// Threads   one object per thread.
class BitInterleaver
{
public:
    static constexpr unsigned kMaxBitsPerSymbol = 8;

    /// @param bits_per_symbol  1 to 8.
    /// @throws std::invalid_argument if `read_order` is neither empty nor a permutation of the
    ///         columns.
    BitInterleaver(unsigned bits_per_symbol, std::string_view read_order);

    /// @param fecframe  packed bits, most significant first.
    /// @param labels    at least fecframe.size() * 8 / bits_per_symbol, rounded up: bits that
    ///                  lack are 0. Labels behind are filler, all ones.
    void interleave(std::span<const uint8_t> fecframe, std::span<uint8_t> labels);

    /// @param received  LLRs as demapped: those of the first symbol first, most significant bit
    ///                  of its label first; those of filler are passed over.
    /// @param fecframe  in the order of the FECFRAME: as many LLRs or, where labels were
    /// filled,
    ///                  fewer; must not overlap.
    void deinterleave(std::span<const Llr> received, std::span<Llr> fecframe) const;

private:
    uint8_t filler_label() const { return uint8_t((1u << bits_per_symbol_) - 1); }

    unsigned bits_per_symbol_;
    bool interleaved_;
    std::array<uint8_t, kMaxBitsPerSymbol> column_of_bit_{};
    std::vector<uint8_t> bits_; // one a byte, unpacked
};

} // namespace depinsat::modulation
