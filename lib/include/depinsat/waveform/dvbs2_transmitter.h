#pragma once

#include "depinsat/core/types.h"
#include "depinsat/framing/bbheader.h"
#include "depinsat/framing/modcod.h"
#include "depinsat/modulation/predistorter.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace depinsat::waveform {

/// What one PLFRAME is to carry, and how.
struct Dvbs2FrameToSend {
    const framing::Modcod* modcod = nullptr;
    bool pilots = true;
    framing::BbHeader
        header; ///< data_field_bits and rolloff_code are filled in by the transmitter
    std::vector<uint8_t> data_field; ///< at most modcod->data_field_bytes(); padded with zeros
};

/// Where the transmitter takes its frames from, one at a time, as late as it can.
class Dvbs2FrameSource
{
public:
    virtual ~Dvbs2FrameSource() = default;

    /// Called when the first symbol of the next PLFRAME is needed.
    /// @param frame  to be filled; holds the buffers of an earlier frame.
    /// @return false if there is nothing to send: a dummy PLFRAME goes out.
    virtual bool next(Dvbs2FrameToSend& frame) = 0;

    /// Called as symbols leave, at least every 256 of them, with the number of them before
    /// `next()` is called again.
    virtual void symbols_left(size_t /*symbols*/) {}
};

struct Dvbs2TransmitterConfig {
    double rolloff = 0.20;           ///< one of framing::kRolloffs
    unsigned samples_per_symbol = 2; ///< 1 (no shaping) or 2 to 8
    unsigned pl_scrambling_n = 0;    ///< 0 to 262141

    /// Of the amplifier behind, modulation/predistorter.h; empty: no predistortion. Needs 2
    /// samples a symbol or more. Then the samples have no longer mean power 1.
    std::vector<modulation::AmplifierPoint> amplifier = {};
    double amplifier_gain = 1;
};

/// DVB-S2 transmitter: frames in, root-raised-cosine shaped samples of mean power 1 out.
///
/// Standard  EN 302 307-1, clauses 5.1.6 to 5.6.
/// Late      a frame is asked for when its first symbol is due, never earlier, and put out in
///           pieces of any size: nothing is held in front of the antenna but the pulse shaping
///           filter, which centres a symbol modulation::root_raised_cosine_half_span() symbols
///           (16 at roll-off 0.20) behind the sample at which it was asked for.
/// Cost      the first frame of a MODCOD makes its tables; nothing is allocated after that.
/// Threads   one object per thread.
class Dvbs2Transmitter
{
public:
    /// @param source  must outlive the transmitter.
    /// @throws std::invalid_argument if a parameter is out of range.
    Dvbs2Transmitter(const Dvbs2TransmitterConfig&, Dvbs2FrameSource& source);
    ~Dvbs2Transmitter();

    /// Fills all of `out` with the next samples; any size. The samples do not depend on how
    /// they were asked for.
    /// @throws std::invalid_argument if the source gave a frame that has no MODCOD or a data
    ///         field that is too long; the samples in `out` are then undefined.
    void generate(std::span<Sample> out);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace depinsat::waveform
