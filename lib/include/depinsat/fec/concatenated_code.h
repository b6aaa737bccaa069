#pragma once

#include "depinsat/fec/convolutional_encoder.h"
#include "depinsat/fec/reed_solomon.h"
#include "depinsat/fec/viterbi_decoder.h"

#include <vector>

namespace depinsat::fec {

/// A Reed-Solomon codeblock as the message of a terminated convolutional frame.
///
/// Standard  CCSDS 131.0-B, clauses 3 and 4 (concatenated coding). Synchronisation marker and
///           randomiser are the framing's; a continuous stream of codeblocks is composed of
///           ConvolutionalEncoder, ViterbiStreamDecoder and the Reed-Solomon classes.
/// Shape     data bytes in, packed bits of one frame out; LLRs in, data out.
/// Threads   one object per thread.
class ConcatenatedEncoder
{
public:
    /// @throws std::invalid_argument as ReedSolomonCode::check().
    ConcatenatedEncoder(const ReedSolomonCode& outer, const ConvolutionalCode& inner);

    /// Bits of a frame, and the bytes that hold them.
    size_t frame_bits() const;
    size_t frame_bytes() const { return (frame_bits() + 7) / 8; }

    /// @param data   the outer code's data_bytes().
    /// @param frame  frame_bytes().
    /// @return false, and nothing is written, if a length is wrong.
    bool encode(std::span<const uint8_t> data, std::span<uint8_t> frame);

private:
    ReedSolomonEncoder outer_;
    ConvolutionalEncoder inner_;
    std::vector<uint8_t> codeblock_;
    std::vector<uint8_t> coded_;
};

class ConcatenatedDecoder
{
public:
    /// @throws std::invalid_argument as ReedSolomonCode::check().
    ConcatenatedDecoder(const ReedSolomonCode& outer, const ConvolutionalCode& inner);

    /// @param llrs  one for each bit of the frame.
    /// @param data  the outer code's data_bytes(); of failed codewords as the inner
    ///              code left it.
    /// @return nothing, and nothing is written, if a length is wrong. LLRs of which none says
    ///         anything give zeros, a codeword of both codes, and count as decoded: a frame's
    ///         CRC or header tells.
    std::optional<ReedSolomonResult> decode(std::span<const Llr> llrs, std::span<uint8_t> data);

private:
    ReedSolomonDecoder outer_;
    ViterbiDecoder inner_;
    std::vector<uint8_t> codeblock_;
};

} // namespace depinsat::fec
