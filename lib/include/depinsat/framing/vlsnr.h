#pragma once

#include "depinsat/core/types.h"
#include "depinsat/framing/modcod.h"
#include "depinsat/framing/pl_scrambler.h"

#include <cstddef>
#include <span>

/// Frames for very low signal to noise ratios.
///
/// Standard  EN 302 307-2, clauses 5.5.2.5 and 5.5.2.6, tables 18a, 18b and 19a to 19d. A
/// PLHEADER
///           of PLS code 129 or 131 is followed by a VL-SNR header, which tells the MODCOD, and
///           by data and pilot blocks that lie closer than in other frames.
namespace depinsat::framing {

inline constexpr size_t kVlSnrHeaderSymbols = 900;
inline constexpr size_t kVlSnrHeaders = 16;

/// A block of pilots (I = Q = 1/sqrt(2) before PL scrambling), counted from the first symbol
/// behind the PLHEADER.
struct VlSnrPilots {
    size_t begin, size;
};

/// Pilot blocks of the frames of 33282 symbols (360 slots) or of 16686 (180 slots). What is
/// neither VL-SNR header nor pilot is data.
/// @param slots  Modcod::slots, 360 or 180.
std::span<const VlSnrPilots> vlsnr_pilots(unsigned slots);

/// Data symbols of such a frame: 30780 or 14976.
size_t vlsnr_data_symbols(unsigned slots);

/// Bits of the FECFRAME that are sent, each `spreading` times.
size_t vlsnr_sent_bits(const Modcod&);

/// The 900 symbols of a VL-SNR header: pi/2-BPSK of 00, 896 bits, 00; not PL-scrambled.
/// @param index  0 to 15; Modcod::vlsnr->header.
void write_vlsnr_header(unsigned index, std::span<Sample, kVlSnrHeaderSymbols> header);

/// pi/2-BPSK: the symbol of a bit, and how it turns with its place.
inline Sample pi2_bpsk(size_t place, bool bit)
{
    const float half = bit ? -0.70710678118654752f : 0.70710678118654752f;
    return place % 2 == 0 ? Sample{half, half} : Sample{-half, half};
}

/// Takes the bits that are sent out of an LDPC codeword (bits one a byte).
/// @param fecframe  modcod.n_ldpc bits; the first modcod.vlsnr->shortened are zeros.
/// @param sent      vlsnr_sent_bits(modcod).
void vlsnr_puncture(const Modcod& modcod,
                    std::span<const uint8_t> fecframe,
                    std::span<uint8_t> sent);

/// Inverse, for LLRs: bits that were not sent are unknown, those shortened by are certain.
void vlsnr_depuncture(const Modcod& modcod, std::span<const Llr> sent, std::span<Llr> fecframe);

/// Everything behind the PLHEADER: VL-SNR header, pilots, and data between, PL-scrambled.
/// @param data     vlsnr_data_symbols() symbols.
/// @param payload  payload_symbols(modcod.slots, true) symbols.
void write_vlsnr_payload(const Modcod& modcod,
                         const PlScrambler& scrambler,
                         std::span<const Sample> data,
                         std::span<Sample> payload);

/// Inverse: takes scrambling and pilots off.
void read_vlsnr_payload(const Modcod& modcod,
                        const PlScrambler& scrambler,
                        std::span<const Sample> payload,
                        std::span<Sample> data);

} // namespace depinsat::framing
