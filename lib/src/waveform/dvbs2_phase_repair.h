#pragma once

#include "depinsat/framing/modcod.h"
#include "depinsat/modulation/constellation.h"
#include "depinsat/modulation/interleaver.h"
#include "depinsat/sync/carrier_phase.h"
#include "depinsat/sync/phase_smoother.h"

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace depinsat::waveform {

/// Finds stretches of an XFECFRAME that are turned, from the bits of a decoder that failed.
///
/// Where the phase slipped to the neighbouring points, a few hundred symbols are wrong and sure
/// of it. The code still decides most of their bits rightly, and better those of the rest; the
/// phase against these decisions shows where the slip is. The bits of parity, which are not
/// decided, are averaged over.
/// Cost      5 ns a symbol, of a frame that failed.
class Dvbs2PhaseRepair
{
public:
    Dvbs2PhaseRepair(const framing::Modcod&, const modulation::Constellation&);

    /// @param xfecframe  of mean power 1.
    /// @param message    information bits of the FECFRAME as decided, n_bch / 8 bytes.
    /// @param n0         noise power per symbol.
    /// @return the symbols with the stretches turned back, until the next call; none if no
    ///         stretch is turned.
    std::span<const Sample>
    repair(std::span<const Sample> xfecframe, std::span<const uint8_t> message, double n0);

private:
    const std::vector<Sample>& means(uint8_t mask);

    const modulation::Constellation& constellation_;
    modulation::BitInterleaver interleaver_;
    std::map<uint8_t, std::vector<Sample>> means_;
    std::vector<uint8_t> fecframe_, labels_, masks_;
    std::vector<sync::MeasuredPhase> points_;
    sync::PhaseSmoother smoother_;
    sync::PhaseTrack track_;
    std::vector<Sample> symbols_;
};

} // namespace depinsat::waveform
