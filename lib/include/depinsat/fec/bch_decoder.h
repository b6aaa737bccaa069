#pragma once

#include "depinsat/fec/bch_code.h"

#include <memory>
#include <optional>
#include <span>

namespace depinsat::fec {

/// DVB-S2 and DVB-S2X BCH decoder: syndromes, Berlekamp-Massey, roots by traces.
///
/// Standard  EN 302 307-1, clause 5.3.1.
/// Shape     code().n / 8 bytes, most significant bit first, corrected in place.
/// Limit     up to code().t errors are corrected; more are reported, except for the few
/// patterns
///           that lie within t errors of another codeword (about one in t! of random ones).
/// Cost      one table look-up a byte, and O(t^2 m) with errors; memory (0.5 MB) is taken in
///           the constructor.
/// Threads   one object per thread.
class BchDecoder
{
public:
    /// @param code  a row of bch_codes(); must outlive this object.
    explicit BchDecoder(const BchCode& code);
    ~BchDecoder();
    BchDecoder(BchDecoder&&) noexcept;
    BchDecoder& operator=(BchDecoder&&) noexcept;

    const BchCode& code() const;

    /// @param codeword  code().n / 8 bytes; the message is its first code().k bits.
    /// @return number of bits corrected, or nothing if there are too many errors or the length
    ///         is wrong; `codeword` is then as it came.
    std::optional<unsigned> decode(std::span<uint8_t> codeword);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace depinsat::fec
