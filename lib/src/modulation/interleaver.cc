#include "depinsat/modulation/interleaver.h"

#include "depinsat/core/bits.h"

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <string>

namespace depinsat::modulation {
namespace {

// The number of columns is known when compiled, so that the strides are.
template <unsigned kColumns>
void gather(const Llr* received, const uint8_t* column_of_bit, std::span<Llr> fecframe)
{
    const size_t rows = (fecframe.size() + kColumns - 1) / kColumns;
    for (unsigned bit = 0; bit < kColumns; ++bit) {
        const size_t begin = std::min(column_of_bit[bit] * rows, fecframe.size());
        const auto column = fecframe.subspan(begin, std::min(rows, fecframe.size() - begin));
        for (size_t row = 0; row < column.size(); ++row)
            column[row] = received[row * kColumns + bit];
    }
}

// The labels of QPSK.
void split_into_pairs(std::span<const uint8_t> fecframe, uint8_t* labels)
{
    for (size_t i = 0; i < fecframe.size(); ++i)
        for (unsigned k = 0; k < 4; ++k)
            labels[4 * i + k] = fecframe[i] >> (6 - 2 * k) & 3;
}

} // namespace

BitInterleaver::BitInterleaver(unsigned bits_per_symbol, std::string_view read_order)
    : bits_per_symbol_(bits_per_symbol), interleaved_(!read_order.empty())
{
    if (bits_per_symbol < 1 || bits_per_symbol > kMaxBitsPerSymbol)
        throw std::invalid_argument("BitInterleaver: bits_per_symbol must be 1 to 8");
    if (!interleaved_)
        return;
    std::string sorted(read_order);
    std::sort(sorted.begin(), sorted.end());
    if (sorted != std::string_view("01234567").substr(0, bits_per_symbol))
        throw std::invalid_argument("BitInterleaver: read order \"" + std::string(read_order) +
                                    "\" is not a permutation of the " +
                                    std::to_string(bits_per_symbol) + " columns");
    for (unsigned bit = 0; bit < bits_per_symbol; ++bit)
        column_of_bit_[bit] = uint8_t(read_order[bit] - '0');
}

void BitInterleaver::interleave(std::span<const uint8_t> fecframe, std::span<uint8_t> labels)
{
    const size_t size = fecframe.size() * 8;
    const size_t symbols = (size + bits_per_symbol_ - 1) / bits_per_symbol_;
    assert(labels.size() >= symbols);
    std::fill(labels.begin() + ptrdiff_t(symbols), labels.end(), filler_label());
    if (!interleaved_ && bits_per_symbol_ == 2)
        return split_into_pairs(fecframe, labels.data());
    bits_.assign(symbols * bits_per_symbol_, 0);
    unpack_bits(fecframe, std::span(bits_).first(size));
    std::fill_n(labels.begin(), symbols, uint8_t(0));
    for (unsigned bit = 0; bit < bits_per_symbol_; ++bit) {
        const uint8_t* column =
            bits_.data() + (interleaved_ ? column_of_bit_[bit] * symbols : bit);
        const size_t stride = interleaved_ ? 1 : bits_per_symbol_;
        for (size_t i = 0; i < symbols; ++i)
            labels[i] = uint8_t(labels[i] << 1 | column[i * stride]);
    }
}

void BitInterleaver::deinterleave(std::span<const Llr> received, std::span<Llr> fecframe) const
{
    assert(received.size() >= fecframe.size() && received.size() % bits_per_symbol_ == 0);
    if (!interleaved_) {
        std::copy_n(received.begin(), fecframe.size(), fecframe.begin());
        return;
    }
    static constexpr decltype(&gather<1>) kGather[] = {
        gather<1>, gather<2>, gather<3>, gather<4>, gather<5>, gather<6>, gather<7>, gather<8>};
    kGather[bits_per_symbol_ - 1](received.data(), column_of_bit_.data(), fecframe);
}

} // namespace depinsat::modulation
