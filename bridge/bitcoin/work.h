#pragma once

#include <boost/multiprecision/cpp_int.hpp>

#include <cstdint>

namespace depinsat::bridge::bitcoin {

inline constexpr uint32_t kRetargetInterval = 2016;           ///< blocks
inline constexpr uint32_t kRetargetTimespan = 14 * 24 * 3600; ///< s

/// Targets and sums of work.
using Uint256 = boost::multiprecision::uint256_t;

/// The target that a compact number stands for; 0 if it is negative, zero or too large.
Uint256 target_of(uint32_t bits);

/// The compact form, in which a target loses all but its first bits.
uint32_t bits_of(const Uint256& target);

/// Hashes that a block of this target takes on average; 0 for a target of 0.
Uint256 work_of(const Uint256& target);

/// The target behind a period of kRetargetInterval blocks.
/// @param bits        of that period.
/// @param timespan    s, from its first to its last block; counts as a quarter to four times
///                    kRetargetTimespan.
/// @param limit_bits  the easiest target.
uint32_t next_bits(uint32_t bits, int64_t timespan, uint32_t limit_bits);

} // namespace depinsat::bridge::bitcoin
