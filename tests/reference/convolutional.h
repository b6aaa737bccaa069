#pragma once

#include "depinsat/core/bits.h"
#include "depinsat/fec/convolutional_code.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

namespace depinsat::reference {

// Registers hold the newest bit lowest: G1 = 1111001 and G2 = 1011011 read from its end.
inline constexpr unsigned kG1 = 0x4F, kG2 = 0x6D;

/// Bit by bit from the generators: one channel bit an element.
inline std::vector<uint8_t> convolutional_encode(const fec::ConvolutionalCode& code,
                                                 const std::vector<uint8_t>& message,
                                                 bool terminate)
{
    std::vector<uint8_t> out;
    unsigned reg = 0;
    const size_t steps = 8 * message.size() + (terminate ? 6 : 0);
    for (size_t t = 0; t < steps; ++t) {
        reg = (reg << 1 | unsigned(t < 8 * message.size() && get_bit(message, t))) & 0x7F;
        const unsigned place = unsigned(t % code.period);
        if (code.c1 >> place & 1)
            out.push_back(uint8_t(std::popcount(reg & kG1) & 1));
        if (code.c2 >> place & 1)
            out.push_back(uint8_t((std::popcount(reg & kG2) & 1) ^ int(code.invert_c2)));
    }
    return out;
}

/// The Viterbi algorithm as the textbook has it, with metrics of any type.
///
/// @param metric       metric(t, c1, c2): what is gained by these outputs in step t.
/// @param first, last  states (six bits, newest lowest), or -1 if unknown.
template <class Value>
struct ViterbiPath {
    std::vector<uint8_t> bits; ///< one an element
    Value gain;
};

template <class Value, class Metric>
ViterbiPath<Value> viterbi(size_t steps, int first, int last, Metric metric)
{
    constexpr Value kNever = std::numeric_limits<Value>::lowest() / 2;
    std::array<Value, 64> gain, next;
    gain.fill(first < 0 ? Value(0) : kNever);
    if (first >= 0)
        gain[size_t(first)] = 0;
    std::vector<uint64_t> oldest(steps); // decision: the oldest bit of the state before
    for (size_t t = 0; t < steps; ++t) {
        const std::array<std::array<Value, 2>, 2> of{
            {{metric(t, 0, 0), metric(t, 0, 1)}, {metric(t, 1, 0), metric(t, 1, 1)}}};
        for (unsigned state = 0; state < 64; ++state) {
            const auto arrival = [&](unsigned old) {
                const unsigned reg = state | old << 6;
                return gain[state >> 1 | old << 5] +
                       of[std::popcount(reg & kG1) & 1][std::popcount(reg & kG2) & 1];
            };
            const Value a = arrival(0), b = arrival(1);
            oldest[t] |= uint64_t(b > a) << state;
            next[state] = std::max(a, b);
        }
        gain = next;
    }
    unsigned state =
        last >= 0 ? unsigned(last) : unsigned(std::ranges::max_element(gain) - gain.begin());
    ViterbiPath<Value> path{std::vector<uint8_t>(steps), gain[state]};
    for (size_t t = steps; t-- > 0;) {
        path.bits[t] = state & 1;
        state = state >> 1 | unsigned(oldest[t] >> state & 1) << 5;
    }
    return path;
}

/// Gain of given bits from a state (six bits, newest lowest).
template <class Value, class Metric>
Value path_gain(const std::vector<uint8_t>& bits, unsigned first, Metric metric)
{
    Value gain = 0;
    unsigned reg = first;
    for (size_t t = 0; t < bits.size(); ++t) {
        reg = (reg << 1 | bits[t]) & 0x7F;
        gain += metric(t, std::popcount(reg & kG1) & 1, std::popcount(reg & kG2) & 1);
    }
    return gain;
}

} // namespace depinsat::reference
