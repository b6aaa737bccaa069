#pragma once

#include "depinsat/framing/modcod.h"
#include "depinsat/framing/pl_scrambler.h"
#include "depinsat/framing/plheader.h"
#include "depinsat/sync/carrier_frequency.h"
#include "depinsat/sync/carrier_phase.h"
#include "depinsat/sync/phase_follower.h"
#include "depinsat/sync/phase_likelihood.h"
#include "depinsat/sync/phase_smoother.h"
#include "depinsat/sync/snr_estimator.h"

#include <complex>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::waveform {

/// A PLFRAME whose place and PLS code are known.
struct Dvbs2Plframe {
    uint8_t pls_code = 0;
    const framing::Modcod* modcod = nullptr; ///< nullptr: dummy frame
    bool pilots = false;
    std::span<const Sample> symbols;     ///< from the PLHEADER on
    std::span<const Sample> next_header; ///< 90 symbols, or none
    uint8_t next_pls_code = 0;
};

/// Takes carrier, pilots and PL scrambling off a PLFRAME, and measures its SNR.
///
/// Frequency  QPSK: from the spectrum of the 4th power of the symbols, around what is known
///            already. Others, and QPSK whose 4th power has no plain peak (below about 0 dB):
///            from known symbols; where whole turns between them are open, by
///            the likelihood of the others.
/// Phase      with pilots from PLHEADER and pilots, smoothed as far as it wanders little; where
///            it wanders much the symbols between them are followed, too
///            (sync::PhaseFollower), up to the next PLHEADER; in short frames, which have few
///            pilots, they are averaged. Without pilots between the
///            PLHEADERs on both sides, and from blocks of symbols (QPSK: Viterbi and Viterbi;
///            others: likelihood).
class Dvbs2Carrier
{
public:
    /// A range up to this says that the frame before was received.
    static constexpr double kTracked = 2e-4;

    /// What is told of the SNR is so old at most, but a frame at least: a fade is not to be
    /// hidden by an average over frames that are long.
    static constexpr double kSnrMemoryS = 0.25;

    Dvbs2Carrier(unsigned pl_scrambling_n, double symbol_rate_baud)
        : snr_memory_(kSnrMemoryS * symbol_rate_baud), scrambler_(pl_scrambling_n)
    {}

    /// @param frequency  cycles per symbol, as known so far.
    /// @param range      by how much it may be wrong.
    /// @param held       it was right up to now, and is only doubted: what speaks against it
    ///                   must be plain.
    /// @return the frequency as it is, or as it was where no carrier stands out.
    double recover(const Dvbs2Plframe&, double frequency, double range, bool held);

    /// By how much the frequency will have changed by the next frame, in cycles per symbol:
    /// from the phase over the last one, if it had pilots.
    double drift() const { return drift_; }

    /// Whether the carrier of the last frame stood out of the noise.
    bool carrier_found() const { return carrier_found_; }

    /// Whether the phase of the last frame wandered so much between two pilot blocks that it
    /// mattered.
    bool wanders() const { return wanders_; }

    /// Symbols of the XFECFRAME, of mean power 1; empty for a dummy frame.
    std::span<const Sample> xfecframe() const { return xfecframe_; }

    const sync::SnrEstimator& snr() const { return snr_; }
    void forget()
    {
        snr_.reset();
        wander_.reset();
    }

private:
    /// Frequency from known symbols: it and those that differ by multiples of 1 / turn.
    struct Known {
        double frequency; // cycles per symbol
        double turn;      // symbols
    };

    struct KnownBlock {
        double middle; // symbols
        std::complex<double> sum;
    };

    struct Gap {
        size_t begin, end; // symbols
    };

    sync::CarrierPeak power_peak(const Dvbs2Plframe&, double range);
    double recover_by_power(const Dvbs2Plframe&, sync::CarrierPeak);
    double recover_by_likelihood(const Dvbs2Plframe&, double range, bool held);
    void correct(const Dvbs2Plframe&, double frequency);
    void sum_known(const Dvbs2Plframe&);
    Known known_frequency(const Dvbs2Plframe&) const;
    double known_sum(double frequency) const;
    double nearest_peak(double centre, double range) const;
    double header_gain(const Dvbs2Plframe&) const;
    double follow_phase(const Dvbs2Plframe&, const sync::PhaseLikelihood&);
    void turn_back(const Dvbs2Plframe&, double frequency);
    const sync::PhaseLikelihood& prepared_likelihood(const Dvbs2Plframe&);
    double known_variance(size_t symbols) const;
    void smooth_phase();
    bool follows_data() const;
    void refine_by_data(const Dvbs2Plframe&);
    void average_data(const Dvbs2Plframe&, const sync::PhaseLikelihood&);
    void measure_known_places(const Dvbs2Plframe&);
    double gain() const;
    void follow_data(const Dvbs2Plframe&, const sync::PhaseLikelihood&);
    static Gap gap_behind(const Dvbs2Plframe&, size_t place);
    void add_data(const Dvbs2Plframe&,
                  size_t place,
                  const sync::PhaseFollower::Walk&,
                  const sync::PhaseLikelihood&,
                  const sync::MeasuredPhase* behind);
    void track_known(const Dvbs2Plframe&);
    void track_blocks(unsigned m);
    void track_next_header(const Dvbs2Plframe&, unsigned m);
    void measure(const Dvbs2Plframe&);
    void extract(const Dvbs2Plframe&);

    double snr_memory_; // symbols
    framing::PlScrambler scrambler_;
    sync::SnrEstimator snr_;
    sync::PhaseTrack track_;
    sync::PhaseWander wander_;
    sync::PhaseSmoother smoother_;
    sync::PhaseFollower follower_;
    std::vector<sync::MeasuredPhase> points_, known_places_;
    std::map<const modulation::Constellation*, sync::PhaseLikelihood> likelihoods_;
    bool carrier_found_ = false, wanders_ = false;
    double drift_ = 0;
    std::vector<KnownBlock> known_;
    std::vector<Sample> symbols_, raw_, carrier_, xfecframe_;
};

} // namespace depinsat::waveform
