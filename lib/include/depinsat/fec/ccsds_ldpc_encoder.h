#pragma once

#include "depinsat/fec/ccsds_ldpc_code.h"

#include <memory>
#include <span>

namespace depinsat::fec {

/// Encoder of the CCSDS LDPC codes, systematic.
///
/// Standard  CCSDS 131.0-B (AR4JA, C2), CCSDS 231.0-B (TC).
/// Shape     code().k / 8 bytes in, code().n / 8 bytes out, most significant bit first.
/// Cost      O(k (n - k)) bit operations, 64 at a time; memory (up to 0.6 MB) is taken in the
///           constructor, which solves the parity checks (up to some 10 ms).
/// Threads   one object per thread.
class CcsdsLdpcEncoder
{
public:
    /// @param code  a row of ccsds_ldpc_codes(); must outlive this object.
    explicit CcsdsLdpcEncoder(const CcsdsLdpcCode& code);
    ~CcsdsLdpcEncoder();
    CcsdsLdpcEncoder(CcsdsLdpcEncoder&&) noexcept;
    CcsdsLdpcEncoder& operator=(CcsdsLdpcEncoder&&) noexcept;

    const CcsdsLdpcCode& code() const;

    /// @param message   code().k / 8 bytes.
    /// @param codeword  code().n / 8 bytes: message, parity, fill; may start with `message`
    ///                  itself.
    void encode(std::span<const uint8_t> message, std::span<uint8_t> codeword);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace depinsat::fec
