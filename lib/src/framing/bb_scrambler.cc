#include "depinsat/framing/bb_scrambler.h"

#include <array>
#include <cassert>

namespace depinsat::framing {
namespace {

constexpr size_t kMaxBytes = 64800 / 8; // of a normal FECFRAME, longer than any BBFRAME

constexpr std::array<uint8_t, kMaxBytes> make_sequence()
{
    std::array<uint8_t, kMaxBytes> sequence{};
    unsigned reg = 0b000'0000'1010'1001; // bit 0 is r1, bit 14 is r15
    for (auto& byte : sequence)
        for (int bit = 0; bit < 8; ++bit) {
            const unsigned next = (reg >> 13 ^ reg >> 14) & 1;
            reg = (reg << 1 | next) & 0x7FFF;
            byte = uint8_t(byte << 1 | next);
        }
    return sequence;
}

constexpr auto kSequence = make_sequence();
static_assert(kSequence[0] == 0x03 && kSequence[1] == 0xF6 &&
              kSequence[2] == 0x08); // clause 5.2.2

} // namespace

void bb_scramble(std::span<uint8_t> bbframe)
{
    assert(bbframe.size() <= kMaxBytes);
    for (size_t i = 0; i < bbframe.size(); ++i)
        bbframe[i] ^= kSequence[i];
}

} // namespace depinsat::framing
