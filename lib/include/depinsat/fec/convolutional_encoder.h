#pragma once

#include "depinsat/fec/convolutional_code.h"

#include <span>

namespace depinsat::fec {

/// Encoder of the CCSDS convolutional codes, for streams and for terminated frames.
///
/// Standard  CCSDS 131.0-B, clause 3.
/// Shape     packed bits, most significant first, in and out; a stream goes on over calls, and
///           bits that do not fill a byte wait for the next one.
/// Threads   one object per thread.
class ConvolutionalEncoder
{
public:
    /// @param code  a row of convolutional_codes(); must outlive this object.
    explicit ConvolutionalEncoder(const ConvolutionalCode& code) : code_(&code) {}

    const ConvolutionalCode& code() const { return *code_; }

    /// The next bytes of a stream.
    ///
    /// @param out  room for 2 * message.size() + 1 bytes.
    /// @return bytes written.
    size_t encode(std::span<const uint8_t> message, std::span<uint8_t> out);

    /// Ends a frame: six zeros go in, what waits comes out, zeros fill the last byte, and the
    /// next frame starts in state zero at the start of the pattern. A frame's encode() and
    /// finish() give terminated_bits() bits.
    ///
    /// @param out  room for 3 bytes.
    /// @return bytes written.
    size_t finish(std::span<uint8_t> out);

private:
    void put(unsigned info_bits, unsigned count, uint8_t*& to);

    const ConvolutionalCode* code_;
    unsigned register_ = 0; ///< the last information bits, newest lowest
    unsigned phase_ = 0;    ///< information bits since the start of the pattern
    unsigned waiting_ = 0;  ///< bits not put out yet, newest lowest
    unsigned waiting_count_ = 0;
};

} // namespace depinsat::fec
