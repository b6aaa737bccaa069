#pragma once

#include "depinsat/fec/turbo_code.h"

#include <span>
#include <vector>

namespace depinsat::fec {

/// CCSDS turbo encoder.
///
/// Standard  CCSDS 131.0-B, turbo coding.
/// Shape     code().k / 8 bytes in, code().n bits in bytes out, most significant bit first; the
///           last byte is filled with zeros.
/// Cost      O(n), bit by bit; memory is taken in the constructor.
/// Threads   one object per thread.
class TurboEncoder
{
public:
    /// @param code  a row of turbo_codes(); must outlive this object.
    explicit TurboEncoder(const TurboCode& code);

    const TurboCode& code() const { return *code_; }

    /// @param message   code().k / 8 bytes.
    /// @param codeword  (code().n + 7) / 8 bytes, not overlapping `message`.
    void encode(std::span<const uint8_t> message, std::span<uint8_t> codeword);

private:
    const TurboCode* code_;
    std::vector<uint16_t> permutation_;
    std::vector<uint8_t> bits_, codeword_; // one a byte
};

} // namespace depinsat::fec
