#pragma once

#include "depinsat/core/types.h"
#include "depinsat/fec/ccsds_ldpc_code.h"

#include <memory>
#include <optional>
#include <span>

namespace depinsat::fec {

/// Decoder of the CCSDS LDPC codes, layered min-sum in bytes over the lanes of the circulants.
///
/// Standard  CCSDS 131.0-B (AR4JA, C2), CCSDS 231.0-B (TC).
/// Shape     code().n LLRs in, code().k / 8 bytes out, most significant bit first. The LLRs of
///           fill bits are not looked at.
/// Scale     1/8 nat, as Llr says: the corrections are chosen for it. LLRs that are 3 dB too
///           large or too small move the waterfall by 0.3 dB (AR4JA 1/2, k = 1024), 0.15 dB
///           (C2). Beyond 9 nats an LLR says no more, so that checks can overrule a bit that is
///           certain and wrong.
/// Stops     when all checks hold and no bit is unknown, at most max_iterations. Parity bits
///           that are in one check only (AR4JA) and their checks are not asked: they can't be
///           wrong about the message.
/// Cost      O(edges) per iteration; memory (up to 0.3 MB) is taken in the constructor.
/// Threads   one object per thread.
class CcsdsLdpcDecoder
{
public:
    /// @param code  a row of ccsds_ldpc_codes(); must outlive this object.
    /// @throws std::invalid_argument if max_iterations is 0.
    CcsdsLdpcDecoder(const CcsdsLdpcCode& code, unsigned max_iterations);
    ~CcsdsLdpcDecoder();
    CcsdsLdpcDecoder(CcsdsLdpcDecoder&&) noexcept;
    CcsdsLdpcDecoder& operator=(CcsdsLdpcDecoder&&) noexcept;

    const CcsdsLdpcCode& code() const;

    /// @param codeword  code().n LLRs, in the order of transmission.
    /// @param message   code().k / 8 bytes.
    /// @return iterations used (0 if all checks held from the start), or nothing if checks
    ///         still fail or bits are unknown; `message` then holds the best guess and must not
    ///         be trusted.
    ///         Nothing, too, if a length is wrong: nothing is written then.
    std::optional<unsigned> decode(std::span<const Llr> codeword, std::span<uint8_t> message);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace depinsat::fec
