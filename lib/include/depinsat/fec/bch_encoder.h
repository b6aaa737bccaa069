#pragma once

#include "depinsat/fec/bch_code.h"

#include <memory>
#include <span>

namespace depinsat::fec {

class BchRemainder;

/// DVB-S2 and DVB-S2X BCH encoder, systematic.
///
/// Standard  EN 302 307-1, clause 5.3.1.
/// Shape     message_bytes(code()) in, code().n / 8 bytes out, most significant bit first.
/// Cost      one table look-up a byte, eight at a time; memory (48 KB) is taken in the
///           constructor.
/// Threads   encode() may be called from several.
class BchEncoder
{
public:
    /// @param code  a row of bch_codes(); must outlive this object.
    explicit BchEncoder(const BchCode& code);
    ~BchEncoder();
    BchEncoder(BchEncoder&&) noexcept;
    BchEncoder& operator=(BchEncoder&&) noexcept;

    const BchCode& code() const { return *code_; }

    /// @param message   message_bytes(code()); bits beyond code().k are ignored.
    /// @param codeword  code().n / 8 bytes: message, then parity; may start with `message`
    /// itself.
    void encode(std::span<const uint8_t> message, std::span<uint8_t> codeword) const;

private:
    const BchCode* code_;
    std::unique_ptr<const BchRemainder> remainder_;
};

} // namespace depinsat::fec
