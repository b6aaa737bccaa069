#pragma once

#include "depinsat/core/types.h"
#include "depinsat/waveform/dvbs2_transmitter.h"

#include <memory>
#include <span>

namespace depinsat::waveform {

/// What one frame carries -> the symbols of its PLFRAME.
///
/// Standard  EN 302 307-1, clauses 5.1.6 to 5.5: BBHEADER, padding, BB scrambling, BCH, LDPC,
/// bit
///           interleaving, mapping, pilots, PL scrambling, PLHEADER; EN 302 307-2, also of
///           VL-SNR.
/// Power     mean 1.
/// Cost      memory and tables of a MODCOD are made when it is first used, or by prepare();
///           after that nothing is allocated.
/// Threads   one object per thread.
class Dvbs2Encoder
{
public:
    /// @param rolloff            one of framing::kRolloffs: what the BBHEADER says.
    /// @param pl_scrambling_n    0 to 262141.
    /// @throws std::invalid_argument if a parameter is out of range.
    Dvbs2Encoder(double rolloff, unsigned pl_scrambling_n);
    ~Dvbs2Encoder();

    /// Makes what a MODCOD needs ahead of its first frame.
    /// @param modcod  a row of framing::modcods() or framing::vlsnr_modcods().
    void prepare(const framing::Modcod& modcod);

    /// @return the PLFRAME; valid until the next call.
    /// @throws std::invalid_argument if there is no MODCOD, or the data field is longer than
    /// the
    ///         frame holds.
    std::span<const Sample> encode(const Dvbs2FrameToSend& frame);

    /// The dummy PLFRAME, 3330 symbols; valid as long as the object.
    ///
    /// Standard  EN 302 307-1, clause 5.5.1.
    std::span<const Sample> dummy() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace depinsat::waveform
