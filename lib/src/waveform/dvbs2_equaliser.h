#pragma once

#include "depinsat/framing/pl_scrambler.h"
#include "depinsat/sync/equaliser.h"
#include "depinsat/sync/symbol_buffer.h"
#include "dvbs2_carrier.h"

#include <cstdint>
#include <vector>

namespace depinsat::waveform {

/// Equalises PLFRAMEs before their carrier is recovered; learns from PLHEADERs and pilots.
class Dvbs2Equaliser
{
public:
    explicit Dvbs2Equaliser(unsigned pl_scrambling_n) : scrambler_(pl_scrambling_n) {}

    /// Makes the symbols of a PLFRAME, and of the PLHEADER behind it, equalised ones, which are
    /// valid until the next call.
    ///
    /// @param first  symbol of the PLFRAME in the buffer. Neighbours that are not there count
    /// as
    ///               zero.
    void equalise(const sync::SymbolBuffer&, uint64_t first, Dvbs2Plframe&);

    /// Learns from the PLFRAME of the last call.
    ///
    /// @param frequency  of its carrier, in cycles per symbol.
    void learn(const Dvbs2Plframe&, double frequency);

private:
    framing::PlScrambler scrambler_;
    sync::Equaliser filter_;
    std::vector<Sample> raw_, equalised_; // raw_ with neighbours
};

} // namespace depinsat::waveform
