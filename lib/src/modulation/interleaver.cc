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
void gather(const Llr* received, size_t rows, const uint8_t* column_of_bit, Llr* fecframe)
{
    for (unsigned bit = 0; bit < kColumns; ++bit) {
        Llr* column = fecframe + column_of_bit[bit] * rows;
        for (size_t row = 0; row < rows; ++row)
            column[row] = received[row * kColumns + bit];
    }
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
    assert(labels.size() * bits_per_symbol_ == fecframe.size() * 8);
    bits_.resize(fecframe.size() * 8);
    unpack_bits(fecframe, bits_);
    const size_t symbols = labels.size();
    std::fill(labels.begin(), labels.end(), uint8_t(0));
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
    assert(received.size() == fecframe.size() && received.size() % bits_per_symbol_ == 0);
    if (!interleaved_) {
        std::copy(received.begin(), received.end(), fecframe.begin());
        return;
    }
    static constexpr decltype(&gather<1>) kGather[] = {
        gather<1>, gather<2>, gather<3>, gather<4>, gather<5>, gather<6>, gather<7>, gather<8>};
    kGather[bits_per_symbol_ - 1](received.data(), received.size() / bits_per_symbol_,
                                  column_of_bit_.data(), fecframe.data());
}

} // namespace depinsat::modulation
