#pragma once

#include "depinsat/framing/plframe.h"
#include "depinsat/framing/plheader.h"

#include <array>
#include <cstdint>

/// Symbols of a PLFRAME that a receiver knows, and where their middles lie.
namespace depinsat::waveform {

constexpr double kHeaderMiddle = 0.5 * (framing::kPlHeaderSymbols - 1);
constexpr double kPilotMiddle = 0.5 * (framing::kPilotBlockSymbols - 1);

inline const std::array<Sample, framing::kPilotBlockSymbols>& pilot_block()
{
    static const auto pilots = [] {
        std::array<Sample, framing::kPilotBlockSymbols> block;
        block.fill(framing::kUnmodulated);
        return block;
    }();
    return pilots;
}

inline std::array<Sample, framing::kPlHeaderSymbols> known_header(uint8_t pls_code)
{
    std::array<Sample, framing::kPlHeaderSymbols> symbols;
    framing::write_plheader(pls_code, symbols);
    return symbols;
}

} // namespace depinsat::waveform
