#include "depinsat/fec/tc_randomizer.h"

#include <array>
#include <bit>
#include <cstddef>

namespace depinsat::fec {
namespace {

constexpr size_t kPeriod = 255; // bits, and so also bytes until the sequence repeats

constexpr std::array<uint8_t, kPeriod> make_sequence()
{
    std::array<uint8_t, kPeriod> sequence{};
    unsigned next = 0xFF; // eight bits of the sequence, the first one highest
    for (auto& byte : sequence) {
        byte = uint8_t(next);
        for (int i = 0; i < 8; ++i) { // a[t + 8] from a[t .. t + 4] and a[t + 6]
            const int bit = std::popcount(next & 0b11111010u) & 1;
            next = (next << 1 | unsigned(bit)) & 0xFF;
        }
    }
    return sequence;
}

constexpr auto kSequence = make_sequence();
static_assert(kSequence[0] == 0xFF && kSequence[1] == 0x39 && kSequence[2] == 0x9E &&
              kSequence[3] == 0x5A && kSequence[4] == 0x68);

} // namespace

void tc_randomize(std::span<uint8_t> bytes)
{
    for (size_t i = 0; i < bytes.size(); ++i)
        bytes[i] ^= kSequence[i % kPeriod];
}

} // namespace depinsat::fec
