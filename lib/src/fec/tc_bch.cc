#include "depinsat/fec/tc_bch.h"

#include "depinsat/core/bits.h"

#include <array>

namespace depinsat::fec {
namespace {

constexpr unsigned kGenerator = 0x45; // x^6 + x^2 + 1; x^7 is implied
constexpr unsigned kBits = 63;

// Remainder of a byte times x^7, in the upper seven bits.
constexpr std::array<uint8_t, 256> make_remainders()
{
    std::array<uint8_t, 256> table{};
    for (unsigned byte = 0; byte < 256; ++byte) {
        unsigned remainder = byte;
        for (int bit = 0; bit < 8; ++bit)
            remainder = (remainder << 1 ^ (remainder & 0x80 ? kGenerator << 1 : 0)) & 0xFF;
        table[byte] = uint8_t(remainder);
    }
    return table;
}

constexpr auto kRemainders = make_remainders();

constexpr uint8_t kNoBit = 255;

// The bit of the codeword whose error gives a syndrome, or kNoBit.
constexpr std::array<uint8_t, 128> make_error_bits()
{
    std::array<uint8_t, 128> table{};
    table.fill(kNoBit);
    unsigned syndrome = 1; // x^0 is the last bit
    for (unsigned bit = kBits; bit-- > 0;) {
        table[syndrome] = uint8_t(bit);
        syndrome = (syndrome << 1 ^ (syndrome & 0x40 ? kGenerator : 0)) & 0x7F;
    }
    return table;
}

constexpr auto kErrorBits = make_error_bits();

} // namespace

uint8_t tc_bch_parity(std::span<const uint8_t, kTcBchInformation> information)
{
    uint8_t remainder = 0;
    for (const uint8_t byte : information)
        remainder = kRemainders[remainder ^ byte];
    return uint8_t(~remainder & 0xFE);
}

std::optional<unsigned> tc_bch_decode(std::span<uint8_t, kTcBchCodeblock> codeblock,
                                      TcBchMode mode)
{
    const uint8_t parity = tc_bch_parity(codeblock.first<kTcBchInformation>());
    const unsigned syndrome = unsigned(parity ^ codeblock.back()) >> 1;
    if (syndrome == 0)
        return 0;
    if (mode == TcBchMode::kDetect || kErrorBits[syndrome] == kNoBit)
        return {};
    flip_bit(codeblock, kErrorBits[syndrome]);
    return 1;
}

} // namespace depinsat::fec
