#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace depinsat::fec {

/// An input that does not exist, which is all zeros.
inline constexpr uint16_t kNoInput = 0xffff;

/// Words before the list of columns of one sum, see add_slots().
inline constexpr size_t kSumHeader = 4;

/// Symbols in memory: slots of the work buffer, `stride` apart, and inputs anywhere.
struct RaptorQSlots {
    uint8_t* slots;
    size_t stride;
    size_t bytes; ///< of a symbol, a multiple of 4
    const uint8_t* const* inputs;

    uint8_t* slot(size_t index) const { return slots + index * stride; }
};

/// Which HDPC symbols a column of the matrix adds to.
struct RaptorQHdpc {
    std::span<const std::array<uint8_t, 2>> rows; ///< all columns but the last
    unsigned first_slot;                          ///< of the `count` HDPC symbols
    unsigned count;
};

/// For each sum of the program, slots[to] = inputs[input] + the first of its slots.
///
/// Shape     program: (to, input or kNoInput, count of the first sum, count, slots ...) again
/// and
///           again; no sum contains its own slot.
/// Cost      one load of a symbol for each term: the sum stays in registers.
/// @param all  take all slots, not only the first.
void add_slots(std::span<const uint16_t> program, bool all, const RaptorQSlots& symbols);

/// As add_slots() with the first slots, then the HDPC symbols (MT * GAMMA * slots) in the same
/// pass over memory.
///
/// Standard  RFC 6330, clause 5.3.3.3.
void add_slots_and_hdpc(std::span<const uint16_t> program,
                        const RaptorQHdpc& hdpc,
                        const RaptorQSlots& symbols);

/// sum = the sum of some slots, which lie `stride` apart.
void add_slots_into(std::span<const uint16_t> slots,
                    const uint8_t* first_slot,
                    size_t stride,
                    std::span<uint8_t> sum);

} // namespace depinsat::fec
