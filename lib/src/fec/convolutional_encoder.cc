#include "depinsat/fec/convolutional_encoder.h"

#include <array>
#include <cassert>

namespace depinsat::fec {
namespace {

// Bits of a byte at every other place, for two of them to be interleaved.
constexpr std::array<uint16_t, 256> make_spread()
{
    std::array<uint16_t, 256> table{};
    for (unsigned byte = 0; byte < 256; ++byte)
        for (unsigned bit = 0; bit < 8; ++bit)
            table[byte] = uint16_t(table[byte] | (byte >> bit & 1) << (2 * bit));
    return table;
}

constexpr auto kSpread = make_spread();

// Eight output bits at once: bit i of `x` is the newest of the bits that bit i comes from.
constexpr unsigned c1_of(unsigned x)
{
    return x ^ x >> 1 ^ x >> 2 ^ x >> 3 ^ x >> 6; // G1 = 1111001
}
constexpr unsigned c2_of(unsigned x)
{
    return x ^ x >> 2 ^ x >> 3 ^ x >> 5 ^ x >> 6; // G2 = 1011011
}

} // namespace

// `info_bits` are the highest `count` of eight.
void ConvolutionalEncoder::put(unsigned info_bits, unsigned count, uint8_t*& to)
{
    const unsigned x = register_ << 8 | info_bits;
    const unsigned c1 = c1_of(x) & 0xFF, c2 = (c2_of(x) ^ (code_->invert_c2 ? 0xFF : 0)) & 0xFF;
    register_ = x & 0x3F;
    if (code_->period == 1) {
        const unsigned both = unsigned(kSpread[c1] << 1 | kSpread[c2]) >> (16 - 2 * count);
        waiting_ = waiting_ << (2 * count) | both;
        waiting_count_ += 2 * count;
    } else {
        for (unsigned i = 0; i < count; ++i) {
            if (code_->c1 >> phase_ & 1) {
                waiting_ = waiting_ << 1 | (c1 >> (7 - i) & 1);
                ++waiting_count_;
            }
            if (code_->c2 >> phase_ & 1) {
                waiting_ = waiting_ << 1 | (c2 >> (7 - i) & 1);
                ++waiting_count_;
            }
            phase_ = phase_ + 1 == code_->period ? 0 : phase_ + 1;
        }
    }
    for (; waiting_count_ >= 8; waiting_count_ -= 8)
        *to++ = uint8_t(waiting_ >> (waiting_count_ - 8));
}

size_t ConvolutionalEncoder::encode(std::span<const uint8_t> message, std::span<uint8_t> out)
{
    assert(message.empty() || out.size() >= 2 * message.size() + 1);
    uint8_t* to = out.data();
    for (const uint8_t byte : message)
        put(byte, 8, to);
    return size_t(to - out.data());
}

size_t ConvolutionalEncoder::finish(std::span<uint8_t> out)
{
    assert(out.size() >= 3);
    uint8_t* to = out.data();
    put(0, kConvolutionalTail, to);
    if (waiting_count_ > 0)
        *to++ = uint8_t(waiting_ << (8 - waiting_count_));
    *this = ConvolutionalEncoder(*code_);
    return size_t(to - out.data());
}

} // namespace depinsat::fec
