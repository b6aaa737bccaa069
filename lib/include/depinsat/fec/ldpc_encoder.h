#pragma once

#include "depinsat/fec/ldpc_code.h"

#include <memory>
#include <span>

namespace depinsat::fec {

/// DVB-S2 LDPC encoder, systematic.
///
/// Standard  EN 302 307-1, clause 5.3.2; addresses of annexes B and C.
/// Shape     code().k / 8 bytes in, code().n / 8 bytes out, most significant bit first.
/// Cost      O(edges); memory is taken in the constructor.
/// Threads   one object per thread.
class LdpcEncoder
{
public:
    /// @param code  a row of ldpc_codes(); must outlive this object.
    explicit LdpcEncoder(const LdpcCode& code);
    ~LdpcEncoder();
    LdpcEncoder(LdpcEncoder&&) noexcept;
    LdpcEncoder& operator=(LdpcEncoder&&) noexcept;

    const LdpcCode& code() const;

    /// @param message   code().k / 8 bytes.
    /// @param codeword  code().n / 8 bytes: message, then parity; may start with `message`
    /// itself.
    void encode(std::span<const uint8_t> message, std::span<uint8_t> codeword);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace depinsat::fec
