#include "depinsat/framing/pl_scrambler.h"

#include <bit>
#include <cassert>
#include <stdexcept>

namespace depinsat::framing {
namespace {

// The two registers of the Gold sequence; x(i) ... x(i + 17) with x(i) in bit 0.
struct GoldRegisters {
    uint32_t x = 1, y = 0x3FFFF;

    void step_x() { x = x >> 1 | ((x ^ x >> 7) & 1) << 17; }
    void step_y() { y = y >> 1 | ((y ^ y >> 5 ^ y >> 7 ^ y >> 10) & 1) << 17; }
    unsigned z() const { return (x ^ y) & 1; }
};

// Multiplies by exp(j turns pi / 2); on bits, so that the loop has no branches.
inline Sample rotate(Sample in, uint32_t turns)
{
    const auto re = std::bit_cast<uint32_t>(in.real()), im = std::bit_cast<uint32_t>(in.imag());
    const uint32_t crossed = (re ^ im) & (0u - (turns & 1));
    const uint32_t minus_re = (turns ^ turns >> 1) << 31, minus_im = turns >> 1 << 31;
    return {std::bit_cast<float>(re ^ crossed ^ minus_re),
            std::bit_cast<float>(im ^ crossed ^ minus_im)};
}

} // namespace

PlScrambler::PlScrambler(unsigned n) : sequence_(kMaxSymbols)
{
    if (n > kMaxPlScramblingN)
        throw std::invalid_argument("pl_scrambling_n must be 0 to 262141");
    constexpr unsigned kOffset = 131072; // between the two bits of R
    GoldRegisters low;
    for (unsigned i = 0; i < n; ++i)
        low.step_x();
    GoldRegisters high = low;
    for (unsigned i = 0; i < kOffset; ++i) {
        high.step_x();
        high.step_y();
    }
    for (auto& r : sequence_) {
        r = uint8_t(2 * high.z() + low.z());
        for (auto* registers : {&low, &high}) {
            registers->step_x();
            registers->step_y();
        }
    }
}

void PlScrambler::scramble(std::span<const Sample> in,
                           std::span<Sample> out,
                           size_t first) const
{
    assert(in.size() == out.size() && first + in.size() <= kMaxSymbols);
    const uint8_t* turns = sequence_.data() + first;
    for (size_t i = 0; i < in.size(); ++i)
        out[i] = rotate(in[i], turns[i]);
}

void PlScrambler::descramble(std::span<const Sample> in,
                             std::span<Sample> out,
                             size_t first) const
{
    assert(in.size() == out.size() && first + in.size() <= kMaxSymbols);
    const uint8_t* turns = sequence_.data() + first;
    for (size_t i = 0; i < in.size(); ++i)
        out[i] = rotate(in[i], (4u - turns[i]) & 3);
}

} // namespace depinsat::framing
