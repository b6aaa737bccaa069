#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace depinsat::fec {

/// The Reed-Solomon codes of CCSDS, their interleaving, shortening and representation.
///
/// Standard  CCSDS 131.0-B, clause 4: (255,223) with E = 16 and (255,239) with E = 8 over
///           GF(2^8), x^8 + x^7 + x^2 + x + 1.
/// Shape     a codeblock is interleaving * data_symbols() bytes of data, then
///           interleaving * parity_symbols() of parity; byte i belongs to codeword
///           i mod interleaving.
struct ReedSolomonCode {
    unsigned e = 16;           ///< symbols of each codeword that can be corrected: 16 or 8
    unsigned interleaving = 1; ///< codewords in a codeblock: 1, 2, 3, 4, 5 or 8
    bool dual_basis = true;    ///< symbols in Berlekamp's dual basis, as CCSDS sends them
    unsigned virtual_fill = 0; ///< leading zero symbols of each codeword that are not sent

    constexpr unsigned parity_symbols() const { return 2 * e; }
    constexpr unsigned data_symbols() const { return 255 - 2 * e - virtual_fill; }
    constexpr size_t data_bytes() const { return size_t(interleaving) * data_symbols(); }
    constexpr size_t codeblock_bytes() const
    {
        return size_t(interleaving) * (255 - virtual_fill);
    }

    /// @throws std::invalid_argument naming the field and its allowed values.
    void check() const;
};

/// Reed-Solomon encoder, systematic.
///
/// Cost      one look-up and `2 e` multiplications in SIMD a byte; no state between calls.
/// Threads   encode() may be called from several.
class ReedSolomonEncoder
{
public:
    /// @throws std::invalid_argument as ReedSolomonCode::check().
    explicit ReedSolomonEncoder(const ReedSolomonCode& code);

    const ReedSolomonCode& code() const { return code_; }

    /// @param data       code().data_bytes().
    /// @param codeblock  code().codeblock_bytes(); may start with `data` itself.
    /// @return false, and nothing is written, if a length is wrong.
    bool encode(std::span<const uint8_t> data, std::span<uint8_t> codeblock) const;

private:
    ReedSolomonCode code_;
};

/// What became of a codeblock.
struct ReedSolomonResult {
    unsigned corrected = 0; ///< symbols changed, in all codewords
    unsigned failed = 0;    ///< codewords with more errors than can be corrected

    constexpr bool ok() const { return failed == 0; }
};

/// Reed-Solomon decoder: remainder, syndromes, Berlekamp-Massey, Chien search, Forney.
///
/// Limit     up to e wrong symbols in a codeword are corrected. More are reported, except for
///           those patterns that lie within e symbols of another codeword: a share of about
///           1/e! of the words beyond (3e-14 at e = 16, 2e-5 at e = 8).
/// Cost      that of encoding if nothing is wrong; else O(e^2) scalar steps more.
/// Threads   decode() may be called from several.
class ReedSolomonDecoder
{
public:
    /// @throws std::invalid_argument as ReedSolomonCode::check().
    explicit ReedSolomonDecoder(const ReedSolomonCode& code);

    const ReedSolomonCode& code() const { return code_; }

    /// @param codeblock  code().codeblock_bytes(), corrected in place; failed codewords stay as
    ///                   they came.
    /// @return nothing, and nothing is changed, if the length is wrong.
    std::optional<ReedSolomonResult> decode(std::span<uint8_t> codeblock) const;

private:
    ReedSolomonCode code_;
};

} // namespace depinsat::fec
