#pragma once

#include "depinsat/core/types.h"
#include "depinsat/fec/convolutional_code.h"

#include <memory>
#include <span>

namespace depinsat::fec {

/// Soft-decision Viterbi decoder for terminated frames of the CCSDS convolutional codes.
///
/// Standard  CCSDS 131.0-B, clause 3.
/// Shape     terminated_bits(code, message bytes) LLRs in, message out, most significant bit
///           first. The encoder starts in state zero and ends there after six zeros.
/// Scale     any positive factor common to all LLRs: the decoder scales each frame by the mean
///           magnitude of those that are not zero, to branch metrics of five bits; within 0.1
///           dB of an unquantised decoder. LLR 0 is an erasure.
/// Path      the most likely of the frame (no decision depth): the trellis is searched from
///           both ends at once, with int8 metrics. LLRs without any information give zeros or
///           whatever else is as likely; a convolutional code can't tell that a frame failed.
/// Cost      O(bits); 14 bytes a bit of working memory, taken in the constructor.
/// Threads   one object per thread.
class ViterbiDecoder
{
public:
    /// @param code               a row of convolutional_codes(); must outlive this object.
    /// @param max_message_bytes  the longest frame, at most 2^24.
    /// @throws std::invalid_argument if max_message_bytes is 0 or too large.
    ViterbiDecoder(const ConvolutionalCode& code, size_t max_message_bytes);
    ~ViterbiDecoder();
    ViterbiDecoder(ViterbiDecoder&&) noexcept;
    ViterbiDecoder& operator=(ViterbiDecoder&&) noexcept;

    const ConvolutionalCode& code() const;

    /// @param message  1 to max_message_bytes bytes.
    /// @return false, and nothing is written, if the lengths do not fit together.
    bool decode(std::span<const Llr> llrs, std::span<uint8_t> message);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace depinsat::fec
