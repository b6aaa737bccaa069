#pragma once

#include "depinsat/core/executor.h"
#include "depinsat/core/types.h"
#include "depinsat/framing/bbheader.h"
#include "depinsat/framing/modcod.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

namespace depinsat::waveform {

/// kGap: samples of it were lost.
enum class Dvbs2Failure : uint8_t { kNone, kLdpc, kBch, kBbHeader, kGap };

/// Whether the spectrum is turned round, by a mixer whose oscillator lies above the signal.
/// kAuto: found with each acquisition, at no cost, since a conjugated PLHEADER is one whose
/// carrier is off by half the symbol rate.
enum class SpectralInversion : uint8_t { kAuto, kNormal, kInverted };

/// One PLFRAME as received. `data_field` is valid during the call only.
struct Dvbs2ReceivedFrame {
    uint64_t sequence;     ///< counts data frames since the start, failed ones included
    uint64_t first_sample; ///< input sample nearest to the first symbol of the PLHEADER, lost
                           ///< ones included
    const framing::Modcod* modcod;
    bool pilots;
    float snr_db;        ///< Es/N0 over the last 0.25 s, or of this frame if it is longer
    float cfo_hz;        ///< carrier frequency offset, positive: above nominal
    unsigned iterations; ///< of the LDPC decoder
    unsigned corrected;  ///< bits corrected by the BCH decoder
    Dvbs2Failure failure;
    framing::BbHeader header;            ///< meaningless if failure != kNone
    std::span<const uint8_t> data_field; ///< DFL bits; empty if failure != kNone
};

struct Dvbs2ReceiverConfig {
    double sample_rate_hz = 1e6;
    double symbol_rate_baud = 0.5e6; ///< sample_rate_hz / symbol_rate_baud: 1.2 to 2000, and
                                     ///< 1 + rolloff or more
    double rolloff = 0.20;           ///< 0.35, 0.25, 0.20, 0.15, 0.10 or 0.05
    unsigned pl_scrambling_n = 0;    ///< 0 to 262141
    unsigned max_iterations = 25;    ///< of the LDPC decoder
    SpectralInversion spectral_inversion = SpectralInversion::kAuto;
    bool equaliser = false; ///< against ripple and group delay of filters (sync::Equaliser)
    bool iq_correction =
        false;           ///< takes away DC and image of a zero-IF radio (sync::IqCorrector)
    bool vl_snr = false; ///< which receiver make_frame_receiver() makes
};

struct Dvbs2ReceiverStats {
    bool locked = false;
    float snr_db = 0;
    float cfo_hz = 0;
    float symbol_rate_error_ppm = 0;
    uint64_t frames = 0; ///< delivered without failure
    uint64_t failed_frames = 0;
    uint64_t dummy_frames = 0;
    uint64_t lock_losses = 0;
    uint64_t gaps = 0;              ///< calls of lost()
    bool spectrum_inverted = false; ///< as configured or found
};

/// What receivers of DVB-S2 have in common: samples in, frames out.
///
/// Threads   one object per thread: the sink is called by process(), lost(), deliver(),
///           finish_frames() and flush(), never on another thread.
class Dvbs2FrameReceiver
{
public:
    using FrameSink = std::function<void(const Dvbs2ReceivedFrame&)>;

    virtual ~Dvbs2FrameReceiver() = default;

    /// Takes all of `in`; calls the sink for each frame that has been decoded by the end.
    virtual void process(std::span<const Sample> in) = 0;

    /// Samples are missing between the last input and the next one, as after a radio's
    /// overflow. Delivers the frames that lie before the gap; one that reaches into it is
    /// delivered as failed (kGap).
    ///
    /// @param samples  how many; 0 if it is not known. They count for first_sample.
    virtual void lost(uint64_t samples) = 0;

    /// Calls the sink for each frame that has been decoded since; for when no input comes.
    virtual void deliver() = 0;

    /// Whether deliver() would call the sink.
    virtual bool frame_ready() const = 0;

    /// Waits for the frames that have been received whole, and calls the sink for them.
    virtual void finish_frames() = 0;

    /// The input has ended: delivers what is left, the last whole frame included. Input that
    /// comes all the same lies behind a gap.
    virtual void flush() = 0;

    /// The numbers of frames are those of the sink: behind by what is being decoded.
    virtual const Dvbs2ReceiverStats& stats() const = 0;

    /// Symbols of the last frame after synchronisation, for a display; at most 1024.
    virtual std::span<const Sample> constellation() const = 0;
};

/// A Dvbs2Receiver, or a Dvbs2VlSnrReceiver if config.vl_snr.
/// @param executor  of Dvbs2Receiver; the other one decodes in process().
/// @throws std::invalid_argument if a parameter is out of range.
std::unique_ptr<Dvbs2FrameReceiver> make_frame_receiver(const Dvbs2ReceiverConfig&,
                                                        Dvbs2FrameReceiver::FrameSink sink,
                                                        Executor* executor = nullptr);

/// DVB-S2 receiver: samples in, frames out.
///
/// Standard  EN 302 307-1 and -2, without VL-SNR: Dvbs2VlSnrReceiver takes that.
/// Input     pieces of any size; what comes out does not depend on how the input was cut.
///           Any level; values that are not numbers count as zero.
/// Blind     to MODCOD, frame size and pilots, which are read from each PLHEADER. Frames that
///           are not built are passed over; dummy frames are counted.
/// Range     carrier within 20 % of the symbol rate, symbol clock within 500 ppm, at any phase
///           and timing. With pilots a carrier that drifts by 3e-4 of the symbol rate a frame
///           (10 kHz/s at 1 Mbaud, QPSK 1/2, normal) is followed at the threshold.
/// Start     the first 8192 symbols are kept until the spectrum has told the carrier and the
///           clock is known, and a frame until the PLHEADER behind it is found; frames come out
///           from the first whole one on.
/// Again     behind lost samples, silence, noise, a carrier alone, values that are no numbers,
/// a
///           step of 30 dB or a carrier that jumps by a tenth of the symbol rate, the third
///           whole short frame (25,000 symbols) comes out, and all that follow it; shown by
///           waveform/dvbs2_receiver_robustness_test.
/// Latency   in lock, behind the last symbol of a frame: the filter (16 symbols at roll-off
///           0.20) and a piece of 128 samples; 90 symbols more without pilots, and where the
///           phase wanders much between these.
/// Cost      about 18 ns per sample at two samples a symbol, QPSK 1/2 at 2 dB, with decoding.
/// Cores     synchronisation is done in process(), decoding of the frames where the executor
///           does it, as many at once as it has places for; with none left process() waits.
///           What comes out is the same with any executor, in the same order.
/// Memory    bounded: two PLFRAMEs; for each place of the executor a frame and decoders of the
///           MODCODs met so far. Nothing is allocated once all of these have been seen.
/// Threads   as of Dvbs2FrameReceiver, on no thread of the executor.
class Dvbs2Receiver final : public Dvbs2FrameReceiver
{
public:
    /// @param executor  where frames are decoded, outliving this object; without one process()
    ///                  does it.
    /// @throws std::invalid_argument if a parameter is out of range.
    Dvbs2Receiver(const Dvbs2ReceiverConfig&, FrameSink sink, Executor* executor = nullptr);
    ~Dvbs2Receiver() override;

    void process(std::span<const Sample> in) override;

    /// Behind the gap the search begins again, where the carrier and the rate of the clock are
    /// known: the first whole PLFRAME behind it comes out.
    void lost(uint64_t samples) override;
    void deliver() override;
    bool frame_ready() const override;
    void finish_frames() override;
    void flush() override;
    const Dvbs2ReceiverStats& stats() const override;
    std::span<const Sample> constellation() const override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace depinsat::waveform
