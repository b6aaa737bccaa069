#pragma once

#include "depinsat/core/types.h"
#include "fec/ldpc_rule.h"
#include "fec/ldpc_schedule.h"

#include <span>

// The loops of the decoder over lanes, for the best SIMD target of the machine.
namespace depinsat::fec {

/// Memory of a decoder; every pointer is aligned to 64 bytes.
struct LdpcState {
    int8_t* posteriors; ///< kPaddedGroup a group
    int8_t* messages;   ///< kColumns * kColumn an edge, by layer, column, edge
    int8_t* variables;  ///< of one layer: kColumns * kColumn an edge, by column, edge
    int8_t* answers;    ///< of one layer: 4 * kColumn a column
};

/// Channel values to posteriors.
void ldpc_load(const LdpcCode& code,
               const LdpcSchedule& schedule,
               const LdpcRule& rule,
               std::span<const Llr> codeword,
               const LdpcState& state);

/// All layers once.
/// @param first  there are no messages yet, whatever the memory holds.
void ldpc_iterate(const LdpcSchedule& schedule,
                  const LdpcRule& rule,
                  const LdpcState& state,
                  bool first);

/// @param first  the layer to look at first; becomes the first one found that does not hold.
/// @return whether all checks hold and no posterior is zero.
bool ldpc_holds(const LdpcSchedule& schedule, const LdpcState& state, size_t& first);

/// Signs of the information bits, packed.
void ldpc_store(const LdpcSchedule& schedule,
                const LdpcState& state,
                std::span<uint8_t> message);

} // namespace depinsat::fec
