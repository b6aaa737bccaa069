#pragma once

#include "depinsat/core/types.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace depinsat::framing {

inline constexpr size_t kSofSymbols = 26;
inline constexpr size_t kPlsSymbols = 64;
inline constexpr size_t kPlHeaderSymbols = kSofSymbols + kPlsSymbols;

/// PLS code of the dummy PLFRAME.
inline constexpr uint8_t kDummyPlsCode = 0;

/// The 64 bits of a PLS code, scrambled; bit 63 is sent first.
///
/// Standard  EN 302 307-1 and -2, clause 5.5.2.4.
/// @param pls_code  b0 (most significant, 1 for S2X) to b7 (1 with pilots).
uint64_t encode_pls(uint8_t pls_code);

/// Start of frame: the first 26 symbols of every PLFRAME.
std::span<const Sample, kSofSymbols> sof_symbols();

/// The 90 symbols of a PLHEADER, pi/2-BPSK, mean power 1; they are not PL-scrambled.
///
/// Standard  EN 302 307-1, clause 5.5.2; S2X codes (b0 = 1) turned by 90 degrees behind the SOF
///           as EN 302 307-2, clause 5.5.2.
void write_plheader(uint8_t pls_code, std::span<Sample, kPlHeaderSymbols> plheader);

/// Which PLS codes a decoder takes into account.
enum class PlsSet : uint8_t { kS2, kS2AndS2x };

/// What was decoded, and how well it fits.
struct PlsDecision {
    Sample correlation{}; ///< mean of received * conj(sent): amplitude and phase of the carrier
    uint8_t pls_code = 0;
    float metric = 0;    ///< what was maximised, per symbol: the amplitude, if all goes well
    float runner_up = 0; ///< metric of the best code that differs
};

/// Decodes 64 symbols behind the SOF whose carrier phase is known (corrected to 0).
///
/// Maximum likelihood in AWGN among the 128 codes of S2, or these and 128 of S2X. Two codes of
/// one standard differ in at least 32 of the 64 bits; those of S2 and S2X are 90 degrees apart.
/// Cost      two or four fast Hadamard transforms of length 32: below 5 us.
/// Failure   always decides; whether to believe it shows in `metric` against `runner_up` and
///           the amplitude of the signal. Symbols that are not numbers give metric 0.
PlsDecision decode_pls(std::span<const Sample, kPlsSymbols> symbols, PlsSet = PlsSet::kS2);

/// Decodes a whole PLHEADER whose carrier phase is not known, but constant over it (frequency
/// error well below 1/180 of the symbol rate).
///
/// The metric is the magnitude of the correlation with SOF and code, so that the SOF settles
/// what the phase leaves open.
PlsDecision decode_plheader(std::span<const Sample, kPlHeaderSymbols> plheader,
                            PlsSet = PlsSet::kS2);

} // namespace depinsat::framing
