#pragma once

#include "depinsat/core/types.h"
#include "depinsat/fec/ldpc_code.h"

#include <memory>
#include <optional>
#include <span>

namespace depinsat::fec {

/// DVB-S2 and DVB-S2X LDPC decoder: layered min-sum in one frame, 360 checks at a time.
///
/// Standard  EN 302 307-1 and -2, clause 5.3.2; addresses of annexes B and C.
/// Shape     code().n LLRs in, code().k / 8 bytes out, most significant bit first.
/// Scale     1/8 nat, as Llr says: 3 dB more or less moves the waterfall by what docs/fec.md
///           tells. +-kLlrMax is near certainty, which a few checks can overrule; 0 is an
///           erasure; -128 counts as -127.
/// Stops     when all checks hold and no bit is unknown, at most max_iterations.
/// Cost      O(edges) per iteration; memory (below 0.6 MB) is taken in the constructor.
/// Threads   one object per thread.
class LdpcDecoder
{
public:
    /// @param code  a row of ldpc_codes(); must outlive this object.
    /// @throws std::invalid_argument if max_iterations is 0.
    LdpcDecoder(const LdpcCode& code, unsigned max_iterations);
    ~LdpcDecoder();
    LdpcDecoder(LdpcDecoder&&) noexcept;
    LdpcDecoder& operator=(LdpcDecoder&&) noexcept;

    const LdpcCode& code() const;

    /// @param codeword  code().n LLRs, in the order of the FECFRAME.
    /// @param message   code().k / 8 bytes.
    /// @return iterations used (0 if all checks held from the start), or nothing if checks
    ///         still fail. `message` then holds the best guess, not to be trusted unless the
    ///         outer code corrects it: often a few wrong bits are all that is left.
    ///         Nothing, too, if a length is wrong: nothing is written then.
    std::optional<unsigned> decode(std::span<const Llr> codeword, std::span<uint8_t> message);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace depinsat::fec
