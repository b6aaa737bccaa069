#pragma once

#include "depinsat/core/types.h"

#include <cstddef>
#include <cstdint>
#include <span>

// Min-sum over the lanes of circulants in saturating bytes, one body for every SIMD target; all
// targets give the same bytes.
namespace depinsat::fec {

/// Checks that are updated at once, at most: a slice of a block row.
inline constexpr size_t kSliceLanes = 64;

/// Where the bits of one circulant of a slice lie, as an offset into the posteriors.
struct SliceEdge {
    int32_t place;
    int32_t copy; ///< the second place of bits that wrap around
};

/// Consecutive checks of one block row. Edges that need the second store come first, those into
/// bits that another edge of the slice has written come last.
struct Slice {
    uint32_t first_edge;
    uint16_t edges, copied, shared;
    bool ragged; ///< the last lane stands for no check
};

/// What is done to a minimum before it becomes a message, since a minimum overstates what a
/// check knows.
struct Correction {
    uint8_t largest; ///< magnitude of a message before correction, at most 127
    uint8_t offset;  ///< is taken off, but not more than half
    bool scale;      ///< times 3/4, instead
};

/// All that the kernels work on. A block column is stored periodically: bit i at i and, if
/// i < lanes, at i + circulant.
struct CirculantWork {
    std::span<const Slice> slices;
    std::span<const SliceEdge> edges;
    int8_t* posteriors;
    int8_t* messages; ///< kSliceLanes for each edge
    size_t lanes;     ///< of a slice: 16, 32 or 64
    size_t circulant; ///< equal to `lanes` or more
    Correction correction;
};

/// Updates all checks once, slice by slice.
void update_checks(const CirculantWork& work);

/// Whether all checks hold for the signs of the posteriors.
/// @param start  the slice to begin with; on failure, the one that failed: most likely it fails
///               next time, too.
bool checks_hold(const CirculantWork& work, size_t& start);

/// What the channel may say about a bit, at most: two checks must be able to overrule it, since
/// some bits of AR4JA have two. Larger values gain nothing at the knee of any code.
inline constexpr uint8_t kLargestInput = 36;

/// Half of each LLR, rounded away from zero, at most kLargestInput: posteriors are in units of
/// 1/4 nat.
void load_llrs(std::span<const Llr> llrs, int8_t* posteriors);

bool any_zero(std::span<const int8_t> posteriors);

/// Signs to packed bits, most significant bit first.
/// @param posteriors  8 for each byte.
void pack_signs(const int8_t* posteriors, std::span<uint8_t> bytes);

} // namespace depinsat::fec
