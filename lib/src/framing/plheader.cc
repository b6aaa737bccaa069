#include "depinsat/framing/plheader.h"

#include <array>
#include <cmath>

namespace depinsat::framing {
namespace {

constexpr uint32_t kSof = 0x18D2E82; // 26 bits
constexpr uint64_t kPlsScrambling = 0x719D83C953422DFA;

// Rows of the (32, 7) code, for b0 to b6.
constexpr std::array<uint32_t, 7> kRows{0x90AC2DDD, 0x55555555, 0x33333333, 0x0F0F0F0F,
                                        0x00FF00FF, 0x0000FFFF, 0xFFFFFFFF};

constexpr uint64_t encode(uint8_t pls_code)
{
    uint32_t word = 0;
    for (unsigned bit = 0; bit < 7; ++bit)
        if (pls_code >> (7 - bit) & 1)
            word ^= kRows[bit];
    uint64_t code = 0;
    for (int i = 31; i >= 0; --i) {
        const unsigned y = word >> i & 1;
        code = code << 2 | y << 1 | (y ^ (pls_code & 1));
    }
    return code ^ kPlsScrambling;
}
static_assert(encode(0) == 0x719D83C953422DFA && encode(18) == 0x8E9D7CC9AC42D2FA &&
              encode(129) == 0xE7C81A6C0AE48B5C); // printed values

constexpr float kHalf = 0.70710678118654752f;

// pi/2-BPSK: the symbol of a 0 bit at an even or odd position, counted from 0.
constexpr std::array<Sample, 2> kZero{Sample{kHalf, kHalf}, Sample{-kHalf, kHalf}};

constexpr Sample modulate(size_t position, bool bit)
{
    const Sample zero = kZero[position & 1];
    return bit ? Sample{-zero.real(), -zero.imag()} : zero;
}

constexpr auto make_sof()
{
    std::array<Sample, kSofSymbols> sof{};
    for (size_t i = 0; i < kSofSymbols; ++i)
        sof[i] = modulate(i, kSof >> (kSofSymbols - 1 - i) & 1);
    return sof;
}
constexpr auto kSofSymbolTable = make_sof();

// Products written out: operator* of std::complex checks for NaN in a slow way.
Sample times_conjugate(Sample a, Sample b)
{
    return {a.real() * b.real() + a.imag() * b.imag(),
            a.imag() * b.real() - a.real() * b.imag()};
}

// In place; out[w] = sum over i of (-1)^parity(i & w) * in[i].
void hadamard(std::array<Sample, 32>& values)
{
    for (size_t half = 1; half < values.size(); half *= 2)
        for (size_t i = 0; i < values.size(); ++i)
            if (!(i & half)) {
                const Sample a = values[i], b = values[i + half];
                values[i] = a + b;
                values[i + half] = a - b;
            }
}

// The symbols as if every bit sent had been 0 before scrambling: a bit is 1 where the sign is
// changed.
std::array<Sample, kPlsSymbols> unscramble(std::span<const Sample, kPlsSymbols> symbols)
{
    std::array<Sample, kPlsSymbols> plain;
    for (size_t i = 0; i < kPlsSymbols; ++i)
        plain[i] = times_conjugate(symbols[i],
                                   modulate(i, kPlsScrambling >> (kPlsSymbols - 1 - i) & 1));
    return plain;
}

// Index w of the Hadamard transform holds b1 in its least significant bit, since row b1
// alternates fastest.
constexpr uint8_t code_of_index(unsigned w)
{
    return uint8_t((w & 1) << 6 | (w & 2) << 4 | (w & 4) << 2 | (w & 8) | (w & 16) >> 2);
}

// Calls visit(pls_code, sum of received * conj(sent)) for each code; those with b6 = 1 are
// complements, to be tried by the visitor.
template <class Visit>
void correlate(std::span<const Sample, kPlsSymbols> symbols, PlsSet set, Visit visit)
{
    const auto plain = unscramble(symbols);
    for (unsigned b0 = 0; b0 <= (set == PlsSet::kS2AndS2x ? 1u : 0u); ++b0)
        for (unsigned b7 = 0; b7 <= 1; ++b7) {
            std::array<Sample, 32> pairs;
            for (size_t i = 0; i < 32; ++i) {
                const Sample second = plain[2 * i + 1];
                const Sample sum = b7 ? plain[2 * i] - second : plain[2 * i] + second;
                pairs[i] = b0 && (kRows[0] >> (31 - i) & 1) ? -sum : sum;
            }
            hadamard(pairs);
            for (unsigned w = 0; w < 32; ++w) {
                // S2X codes are sent turned by +90 degrees: turn back.
                const Sample c = b0 ? Sample{pairs[w].imag(), -pairs[w].real()} : pairs[w];
                visit(uint8_t(b0 << 7 | code_of_index(w) | b7), c);
            }
        }
}

class Best
{
public:
    void offer(uint8_t pls_code, Sample correlation, float metric)
    {
        if (metric > best_.metric) {
            best_.runner_up = best_.metric;
            best_.pls_code = pls_code;
            best_.correlation = correlation;
            best_.metric = metric;
        } else if (metric > best_.runner_up) {
            best_.runner_up = metric;
        }
    }
    PlsDecision per_symbol(float symbols) const
    {
        return {best_.correlation / symbols, best_.pls_code, best_.metric / symbols,
                best_.runner_up / symbols};
    }

private:
    PlsDecision best_;
};

} // namespace

uint64_t encode_pls(uint8_t pls_code)
{
    return encode(pls_code);
}

std::span<const Sample, kSofSymbols> sof_symbols()
{
    return kSofSymbolTable;
}

void write_plheader(uint8_t pls_code, std::span<Sample, kPlHeaderSymbols> plheader)
{
    for (size_t i = 0; i < kSofSymbols; ++i)
        plheader[i] = kSofSymbolTable[i];
    const uint64_t code = encode(pls_code);
    for (size_t i = 0; i < kPlsSymbols; ++i) {
        const Sample symbol = modulate(i, code >> (kPlsSymbols - 1 - i) & 1);
        plheader[kSofSymbols + i] =
            pls_code & 0x80 ? Sample{-symbol.imag(), symbol.real()} : symbol;
    }
}

PlsDecision decode_pls(std::span<const Sample, kPlsSymbols> symbols, PlsSet set)
{
    Best best;
    correlate(symbols, set, [&](uint8_t code, Sample c) {
        best.offer(code, c, c.real());
        best.offer(code | 2, -c, -c.real());
    });
    return best.per_symbol(kPlsSymbols);
}

PlsDecision decode_plheader(std::span<const Sample, kPlHeaderSymbols> plheader, PlsSet set)
{
    Sample sof{};
    for (size_t i = 0; i < kSofSymbols; ++i)
        sof += times_conjugate(plheader[i], kSofSymbolTable[i]);
    Best best;
    correlate(plheader.last<kPlsSymbols>(), set, [&](uint8_t code, Sample c) {
        best.offer(code, sof + c, std::abs(sof + c));
        best.offer(code | 2, sof - c, std::abs(sof - c));
    });
    return best.per_symbol(kPlHeaderSymbols);
}

} // namespace depinsat::framing
