#pragma once

#include "depinsat/core/types.h"
#include "depinsat/fec/turbo_code.h"

#include <memory>
#include <optional>
#include <span>

namespace depinsat::fec {

/// CCSDS turbo decoder: max-log-MAP with scaled extrinsic values, 32 windows of a frame at a
/// time.
///
/// Standard  CCSDS 131.0-B, turbo coding.
/// Shape     code().n LLRs in, code().k / 8 bytes out, most significant bit first.
/// Scale     1/8 nat, as Llr says, decides when to stop; decoding itself depends on no scale.
/// Stops     when the decoders of both encoders decide every bit alike and by 5 nats, at most
///           max_iterations. The code has no checks: use the frame's CRC. Up to half of the
///           frames that are lost beyond the knee (one in a hundred and fewer) are not
///           reported; below it nearly all are.
/// Cost      O(16 n) per iteration; memory (up to 0.6 MB) is taken in the constructor.
/// Threads   one object per thread.
class TurboDecoder
{
public:
    /// @param code  a row of turbo_codes(); must outlive this object.
    /// @throws std::invalid_argument if max_iterations is 0.
    TurboDecoder(const TurboCode& code, unsigned max_iterations);
    ~TurboDecoder();
    TurboDecoder(TurboDecoder&&) noexcept;
    TurboDecoder& operator=(TurboDecoder&&) noexcept;

    const TurboCode& code() const;

    /// @param codeword  code().n LLRs, in the order of transmission, without marker.
    /// @param message   code().k / 8 bytes.
    /// @return iterations used, 1 or more, or nothing if the decoders still differ or are not
    ///         sure of a bit; `message` then holds the best guess and must not be trusted.
    ///         Nothing, too, if a length is wrong: nothing is written then.
    std::optional<unsigned> decode(std::span<const Llr> codeword, std::span<uint8_t> message);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace depinsat::fec
