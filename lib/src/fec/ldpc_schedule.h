#pragma once

#include "depinsat/fec/ldpc_code.h"

#include <array>
#include <cstdint>
#include <vector>

// How a decoder keeps its posteriors: 360 lanes of a group in a row, in the rotation in which
// they were used last, and the first 64 again behind them. So a column of 64 lanes is one load
// (rarely aligned) in any rotation, and one aligned store in that of the layer.
namespace depinsat::fec {

inline constexpr size_t kColumn = 64; ///< lanes that are handled together
inline constexpr size_t kColumns = 6; ///< of a layer: 360 lanes, and 24 that repeat the first
inline constexpr size_t kPaddedGroup =
    448;                                 ///< bytes: 360, and 64 of wrap-around, in whole lines
inline constexpr size_t kMaxDegree = 32; ///< edges of a layer

/// Where an edge finds its posteriors, in bytes from the first group.
struct LdpcColumns {
    std::array<uint32_t, kColumns> at;
};

/// A layer: its edges in the schedule's arrays are `first_edge` and the `degree - 1` behind it.
/// Those that repeat a group of the layer come last, behind the `plain` ones; of these the
/// first `wrapped` need the wrap-around behind their group written: parity groups but the last
/// one stay in one rotation, where no load reaches beyond lane 383.
struct LdpcLayer {
    uint32_t first_edge, degree, plain, wrapped;
};

/// What an iteration reads and writes, in order. The rotations after an iteration are those
/// before it.
struct LdpcSchedule {
    explicit LdpcSchedule(const LdpcCode& code);

    std::vector<LdpcLayer> layers;
    std::vector<uint32_t> groups;     ///< by edge: first byte of its group
    std::vector<uint32_t> loads;      ///< by layer, column, edge: bytes from the first group
    std::vector<LdpcColumns> repeats; ///< by repeating edge: the same, after those before it
    std::vector<LdpcColumns> checks;  ///< by edge: between iterations
    std::vector<uint16_t> rotations;  ///< by group, between iterations: of lane 0's bit
};

} // namespace depinsat::fec
