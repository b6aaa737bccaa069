#pragma once

#include "depinsat/core/types.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace depinsat::fec {

/// The pseudo-random sequences of CCSDS telemetry, as recurrences over single bits.
///
/// Standard  CCSDS 131.0-B, pseudo-randomizer. The longer sequence came with issue 5, which
///           asks for it in new missions: follow what the peer follows.
/// Bits      bit t + degree is the sum modulo 2 of the bits t + tap.
struct TmSequence {
    std::string_view name; ///< "tm_255", "tm_131071", for its period in bits
    unsigned degree;
    uint32_t taps;  ///< bit i: i is a tap
    uint32_t start; ///< bit i: bit i of the sequence
};

/// Both.
std::span<const TmSequence> tm_sequences();

/// @throws std::invalid_argument naming the allowed values if there is no such sequence.
const TmSequence& find_tm_sequence(std::string_view name);

/// Adds a pseudo-random sequence to transfer frames or codeblocks: randomises, and by a second
/// call restores. The sequence begins anew with each call, that is with each frame; attached
/// synchronisation markers stay as they are.
///
/// Cost      an addition an item; the sequence of a frame is made in the constructor.
/// Threads   calls may come from several.
class TmRandomizer
{
public:
    /// @param frame_bits  of the longest frame.
    TmRandomizer(const TmSequence& sequence, size_t frame_bits);

    size_t frame_bits() const { return bits_.size(); }

    /// Packed bits, most significant first; at most frame_bits() / 8 bytes.
    void randomize_bytes(std::span<uint8_t> frame) const;

    /// One bit a byte, 0 or 1; at most frame_bits().
    void randomize_bits(std::span<uint8_t> frame) const;

    /// What was received of randomised bits: turns the signs; at most frame_bits().
    void randomize_llrs(std::span<Llr> frame) const;

private:
    std::vector<uint8_t> bits_;   ///< one a byte
    std::vector<uint8_t> packed_; ///< whole bytes only
};

} // namespace depinsat::fec
