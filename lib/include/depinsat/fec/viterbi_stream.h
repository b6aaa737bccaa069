#pragma once

#include "depinsat/core/types.h"
#include "depinsat/fec/convolutional_code.h"

#include <memory>
#include <span>

namespace depinsat::fec {

/// Soft-decision Viterbi decoder for an endless stream of a CCSDS convolutional code.
///
/// Standard  CCSDS 131.0-B, clause 3.
/// Shape     LLRs in pieces of any size, of a stream that begins at the start of the puncturing
///           pattern and of an output byte; bytes out, most significant bit first. What comes
///           out does not depend on how the input was cut.
/// Depth     a bit is decided when at least kDecisionDepth further steps are known (over 25
///           constraint lengths, enough for rate 7/8); bits are decided kDecidedBytes at a
///           time, so one leaves 192 to 2112 steps after it came. The state in which one such
///           piece ends is where the next begins.
/// Scale     as ViterbiDecoder, for each piece on its own.
/// Cost      1.1 times that of ViterbiDecoder a bit; memory is taken in the constructor.
/// Threads   one object per thread.
class ViterbiStreamDecoder
{
public:
    static constexpr size_t kDecidedBytes = 240;
    static constexpr size_t kDecisionDepth = 192;

    /// @param code  a row of convolutional_codes(); must outlive this object.
    explicit ViterbiStreamDecoder(const ConvolutionalCode& code);
    ~ViterbiStreamDecoder();
    ViterbiStreamDecoder(ViterbiStreamDecoder&&) noexcept;
    ViterbiStreamDecoder& operator=(ViterbiStreamDecoder&&) noexcept;

    const ConvolutionalCode& code() const;

    /// Room that decode() of so many LLRs needs at most.
    static constexpr size_t most_bytes(size_t llrs)
    {
        return (llrs / (8 * kDecidedBytes) + 2) * kDecidedBytes;
    }

    /// @param bytes  room for most_bytes(llrs.size()).
    /// @return bytes written.
    size_t decode(std::span<const Llr> llrs, std::span<uint8_t> bytes);

    /// Decides what is left, and begins anew. Bits that do not fill a byte are dropped.
    ///
    /// @param terminated  six zeros ended the stream; else nothing is known of its end.
    /// @param bytes       room for most_bytes(0).
    /// @return bytes written.
    size_t finish(bool terminated, std::span<uint8_t> bytes);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace depinsat::fec
