#pragma once

#include "depinsat/waveform/dvbs2_receiver.h"

#include <memory>
#include <span>

namespace depinsat::waveform {

/// Receiver of the VL-SNR frames in a DVB-S2X signal: samples in, frames out, below 0 dB.
///
/// Standard  EN 302 307-2, clauses 5.5.2.5 and 5.5.2.6.
/// Why       at -10 dB neither a PLHEADER can be read nor a clock or a carrier be seen; the 900
///           symbols of the VL-SNR header can be found, and with the pilots they tell all that
///           the other receiver takes from the signal as a whole. Frames of other kinds are
///           passed over: Dvbs2Receiver takes them.
/// Range     carrier within 0.44 % of the symbol rate, symbol clock within 100 ppm of
///           sample_rate_hz / symbol_rate_baud; any level.
/// Sensitivity  at the standard's Es/N0 + 0.4 dB 99 % of the frames; docs/modcods.md.
/// Input     pieces of any size; what comes out does not depend on how it was cut. Values that
///           are not numbers count as zero.
/// Cost      searching a header about 1 us per symbol; a frame that was found some 0.3 us.
/// Lock      told from frames: held while one of the last kFramesOfLock frames' time was
///           decoded.
/// Memory    bounded: the samples of two PLFRAMEs, decoders of the MODCODs met so far.
/// Threads   one object per thread.
class Dvbs2VlSnrReceiver final : public Dvbs2FrameReceiver
{
public:
    static constexpr unsigned kFramesOfLock = 4; ///< of the longest, 33372 symbols

    /// @param config  sample_rate_hz is 1.2 to 8 times symbol_rate_baud; a spectrum that is
    /// turned
    ///                round is not found, so kAuto is as kNormal; equaliser and iq_correction
    ///                must be off.
    /// @throws std::invalid_argument if a parameter is out of range.
    Dvbs2VlSnrReceiver(const Dvbs2ReceiverConfig& config, FrameSink sink);
    ~Dvbs2VlSnrReceiver() override;

    void process(std::span<const Sample> in) override;
    void lost(uint64_t samples) override;
    void deliver() override {} // process() does all
    bool frame_ready() const override { return false; }
    void finish_frames() override {}
    void flush() override;

    /// No dummy frame is seen.
    const Dvbs2ReceiverStats& stats() const override;
    std::span<const Sample> constellation() const override;

    /// VL-SNR headers found, whether their frames could be decoded or not.
    uint64_t headers() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace depinsat::waveform
