#pragma once

#include "depinsat/sync/carrier_phase.h"
#include "dvbs2_vlsnr_sampler.h"
#include "dvbs2_vlsnr_search.h"

#include <complex>
#include <vector>

namespace depinsat::waveform {

/// Clock, frequency and phase of one VL-SNR frame from all its known symbols.
///
/// How       header and pilots add up most at the right clock and frequency; the phase that is
///           left is that of some neighbouring pilot blocks together, since one of 36 symbols
///           tells little at -10 dB.
/// Range     clock within 100 ppm in the first frame, 8 ppm of the last one after that.
class Dvbs2VlSnrCarrier
{
public:
    explicit Dvbs2VlSnrCarrier(unsigned pl_scrambling_n) : scrambler_(pl_scrambling_n) {}

    struct Result {
        double start;     ///< time of the first header symbol, samples
        double clock;     ///< symbols are longer by this share
        double frequency; ///< cycles per symbol
        double amplitude; ///< of a symbol
    };

    /// @param start      time of the first symbol of the VL-SNR header, within half a symbol.
    /// @param frequency  cycles per symbol.
    Result
    find(const Dvbs2VlSnrSampler&, const framing::Modcod&, double start, double frequency);

    /// Data symbols of the frame that was found last, of amplitude 1.
    std::span<const Sample>
    data(const Dvbs2VlSnrSampler&, const framing::Modcod&, const Result&);

    /// The clock is not known any more.
    void forget() { clock_known_ = false; }

private:
    struct Block {
        double middle; // symbols from the first header symbol
        std::complex<double> sum;
    };

    double refine_start(const Dvbs2VlSnrSampler&, double start, double frequency) const;
    void know(const framing::Modcod&);
    void sum_blocks(const Dvbs2VlSnrSampler&,
                    double start,
                    double clock,
                    double frequency,
                    bool pilots_too);
    double best_frequency(double range, double& highest);
    void track();

    framing::PlScrambler scrambler_;
    const framing::Modcod* modcod_ = nullptr;
    std::vector<Sample> known_; // behind the PLHEADER; 0 where data are
    std::vector<Block> blocks_;
    std::vector<double> sums_, clock_sums_;
    sync::PhaseTrack track_;
    std::vector<Sample> payload_, data_;
    double clock_ = 0;
    bool clock_known_ = false;
};

} // namespace depinsat::waveform
