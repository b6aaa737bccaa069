#pragma once

#include "depinsat/fec/ldpc_code.h"

#include <cstdint>
#include <vector>

namespace depinsat::fec {

/// A circulant of the parity-check matrix: lane t of the layer holds bit (t - shift) mod 360 of
/// the group.
struct LdpcEdge {
    uint16_t group; ///< information groups first, then parity groups (in order of layers)
    uint16_t shift; ///< 0 to 359
    bool shared;    ///< the layer has another edge into the same group
};

/// The information part of a code as layers: layer j holds checks j, j + q, j + 2 q ..., one a
/// lane. Its parity part is regular: parity groups j and j - 1 with shift 0; layer 0 has parity
/// group q - 1 with shift 1, of which lane 0 does not exist (the staircase has no bit before
/// 0).
std::vector<std::vector<LdpcEdge>> information_layers(const LdpcCode& code);

} // namespace depinsat::fec
