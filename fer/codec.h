#pragma once

#include "depinsat/core/types.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace depinsat::fer {

/// One frame of a code: a message to the bits that are sent, and back from their LLRs.
///
/// Bits      packed, most significant first.
/// Threads   one object per thread.
class Codec
{
public:
    struct Result {
        bool decoded;        ///< the decoder takes the message for right (a code without checks
                             ///< always does)
        unsigned iterations; ///< 0 if the decoder does not iterate
    };

    virtual ~Codec() = default;

    virtual size_t message_bits() const = 0;
    virtual size_t coded_bits() const = 0; ///< that are sent
    virtual bool iterates() const { return false; }

    /// @param message   message_bits(); bits beyond are zero.
    /// @param codeword  at least coded_bits(); bits beyond are not looked at.
    virtual void encode(std::span<const uint8_t> message, std::span<uint8_t> codeword) = 0;

    /// @param llrs     coded_bits().
    /// @param message  the best guess; bits beyond message_bits() are zero.
    virtual Result decode(std::span<const Llr> llrs, std::span<uint8_t> message) = 0;
};

inline size_t bytes_of_bits(size_t bits)
{
    return (bits + 7) / 8;
}

struct CodecSettings {
    std::string code;                                   ///< one of code_names()
    unsigned iterations = 50;                           ///< at most, of a decoder that iterates
    unsigned interleaving = 1;                          ///< of Reed-Solomon: 1, 2, 3, 4, 5 or 8
    std::optional<size_t> message_bytes = std::nullopt; ///< of convolutional codes
};

/// Bytes of a message of the convolutional codes, unless said otherwise: 8160 bits.
inline constexpr size_t kConvolutionalMessage = 1020;

/// Names of all codes: those of fec/, the concatenated ones "rs_255_223+k7_1-2".
std::vector<std::string> code_names();

/// @throws std::invalid_argument if there is no such code, or a setting does not fit it.
std::unique_ptr<Codec> make_codec(const CodecSettings& settings);

} // namespace depinsat::fer
