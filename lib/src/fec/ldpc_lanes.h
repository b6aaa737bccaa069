#pragma once

#include "depinsat/core/types.h"
#include "depinsat/fec/ldpc_code.h"

#include <algorithm>
#include <cstring>

// Plain loops of a fixed length, which the compiler turns into vectors.
namespace depinsat::fec {

/// Largest magnitude of a message: well above that of the channel, so that checks can overrule
/// a bit that is certain and wrong.
inline constexpr int16_t kMaxMessage = 8 * kLlrMax;

inline constexpr size_t kLanes = 384; // 360 and padding, so that every loop is whole vectors

/// One value per check of a layer, or per bit of a group. Sixteen bits hold every sum exactly:
/// the largest is that of the channel's value and up to 13 messages.
struct alignas(64) Lanes {
    int16_t at[kLanes] = {};
};

/// What a layer knows after all its edges came in.
struct CheckState {
    Lanes first_minimum, second_minimum, parity; // the sign bit of `parity` counts

    void reset()
    {
        std::fill_n(first_minimum.at, kLanes, kMaxMessage);
        std::fill_n(second_minimum.at, kLanes, kMaxMessage);
        std::fill_n(parity.at, kLanes, int16_t(0));
    }
};

/// By value: references, as std::min returns them, keep GCC from making vectors of the loops.
inline int16_t smaller(int16_t a, int16_t b)
{
    return a < b ? a : b;
}

inline int16_t larger(int16_t a, int16_t b)
{
    return a < b ? b : a;
}

/// to[t] = from[(t - shift) mod 360]
inline void rotate(Lanes& to, const Lanes& from, size_t shift)
{
    std::memcpy(to.at + shift, from.at, (kLdpcGroup - shift) * sizeof(int16_t));
    std::memcpy(to.at, from.at + kLdpcGroup - shift, shift * sizeof(int16_t));
}

inline void add_rotated(Lanes& to, const Lanes& from, size_t shift)
{
    for (size_t t = 0; t < shift; ++t)
        to.at[t] = int16_t(to.at[t] + from.at[t + kLdpcGroup - shift]);
    for (size_t t = shift; t < kLdpcGroup; ++t)
        to.at[t] = int16_t(to.at[t] + from.at[t - shift]);
}

inline size_t inverse(size_t shift)
{
    return shift == 0 ? 0 : kLdpcGroup - shift;
}

/// Takes the check's own message out of the posterior.
inline void remove_message(Lanes& variable, const Lanes& message)
{
    for (size_t t = 0; t < kLanes; ++t)
        variable.at[t] = int16_t(variable.at[t] - message.at[t]);
}

inline void collect(CheckState& state, const Lanes& variable)
{
    for (size_t t = 0; t < kLanes; ++t) {
        const int16_t value = variable.at[t];
        const int16_t magnitude = larger(value, int16_t(-value));
        const int16_t first = state.first_minimum.at[t];
        state.second_minimum.at[t] =
            smaller(state.second_minimum.at[t], larger(first, magnitude));
        state.first_minimum.at[t] = smaller(first, magnitude);
        state.parity.at[t] = int16_t(state.parity.at[t] ^ value);
    }
}

inline void subtract_offset(Lanes& minimum, int16_t offset)
{
    for (size_t t = 0; t < kLanes; ++t)
        minimum.at[t] = larger(int16_t(minimum.at[t] - offset), 0);
}

/// The new message of the check to each variable.
inline void update_check_to_variable(Lanes& message,
                                     const Lanes& variable,
                                     const CheckState& state,
                                     const Lanes& first,
                                     const Lanes& second)
{
    for (size_t t = 0; t < kLanes; ++t) {
        const int16_t value = variable.at[t];
        const int16_t magnitude = larger(value, int16_t(-value));
        const int16_t least = state.first_minimum.at[t];
        const int16_t is_least = magnitude <= least ? -1 : 0;
        const int16_t others = int16_t((second.at[t] & is_least) | (first.at[t] & ~is_least));
        const int16_t sign = int16_t((state.parity.at[t] ^ value) >> 15);
        message.at[t] = int16_t((others ^ sign) - sign);
    }
}

inline void add(Lanes& sum, const Lanes& term)
{
    for (size_t t = 0; t < kLanes; ++t)
        sum.at[t] = int16_t(sum.at[t] + term.at[t]);
}

} // namespace depinsat::fec
