#pragma once

#include "depinsat/framing/vlsnr.h"

#include <cstdint>
#include <span>
#include <vector>

namespace depinsat::waveform {

/// Bits of a VL-SNR frame to symbols, and symbols to LLRs.
///
/// Standard  EN 302 307-2, clauses 5.3.2 (shortening, puncturing), 5.4 (pi/2-BPSK, spreading)
/// and
///           5.5.2.5.
/// Memory    grows to the longest frame seen.
class Dvbs2VlSnrMapper
{
public:
    /// Takes the memory that a MODCOD needs.
    void prepare(const framing::Modcod&);

    /// @param fecframe  LDPC codeword, packed, with the zeros by which it is shortened in
    /// front.
    /// @param payload   everything behind the PLHEADER.
    void map(const framing::Modcod&,
             std::span<const uint8_t> fecframe,
             const framing::PlScrambler&,
             std::span<Sample> payload);

    /// @param data  data symbols of amplitude 1, PL scrambling taken off.
    /// @param n0    noise power per symbol.
    /// @param llrs  modcod.n_ldpc, in the order of the LDPC code.
    void
    demap(const framing::Modcod&, std::span<const Sample> data, float n0, std::span<Llr> llrs);

private:
    std::vector<uint8_t> bits_, sent_;
    std::vector<Sample> symbols_;
    std::vector<Llr> llrs_;
};

} // namespace depinsat::waveform
