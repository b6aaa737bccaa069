#pragma once

#include "depinsat/core/types.h"
#include "depinsat/fec/ldpc_code.h"

#include <memory>
#include <optional>
#include <span>

namespace depinsat::fec {

/// DVB-S2 LDPC decoder, layered offset min-sum.
///
/// Standard  EN 302 307-1, clause 5.3.2; addresses of annexes B and C.
/// Shape     code().n LLRs in, code().k / 8 bytes out, most significant bit first.
/// Scale     1/8 nat, as Llr says: the offsets are chosen for it. +-kLlrMax is certainty.
/// Stops     when all checks hold and no bit is unknown, at most max_iterations.
/// Cost      O(edges) per iteration; memory (0.6 MB for a normal frame) is taken in the
/// constructor. Threads   one object per thread.
class LdpcDecoder
{
public:
    /// @param code  a row of ldpc_codes().
    /// @throws std::invalid_argument if max_iterations is 0.
    LdpcDecoder(const LdpcCode& code, unsigned max_iterations);
    ~LdpcDecoder();
    LdpcDecoder(LdpcDecoder&&) noexcept;
    LdpcDecoder& operator=(LdpcDecoder&&) noexcept;

    const LdpcCode& code() const;

    /// @param codeword  code().n LLRs, in the order of the FECFRAME.
    /// @param message   code().k / 8 bytes.
    /// @return iterations used (0 if all checks held from the start), or nothing if checks
    /// still
    ///         fail; `message` then holds the best guess and must not be trusted.
    std::optional<unsigned> decode(std::span<const Llr> codeword, std::span<uint8_t> message);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace depinsat::fec
