#pragma once

#include "depinsat/core/types.h"
#include "depinsat/modulation/constellation.h"

#include <array>
#include <span>

namespace depinsat::sync {

/// What symbols of unknown data tell about the phase and amplitude of their carrier.
///
/// Model     y = exp(j phase) d + noise of power n0, each point d as likely as any other; the
///           log-likelihood log(mean over d of exp(-|y - d|^2 / n0)) and the posterior means
///           of d and |d|^2 are read from a grid.
/// Why       hard decisions stop to tell anything where the codes of 16APSK still hold: with
///           neighbouring points 2.3 deviations of the noise apart the mean decision follows
///           the phase. Here their information is used as far as there is any.
/// Cost      2 to 4 ns per symbol; prepare() about 1 ms where the noise has changed by 0.5 dB.
/// Memory    100 kB in the object.
class PhaseLikelihood
{
public:
    /// Readies the grid.
    /// @param n0  noise power relative to that of the signal; 1e-3 is the least that is used.
    void prepare(const modulation::Constellation&, double n0);

    /// Fisher information of the phase in a symbol, radians^-2; known symbols have 2 / n0.
    double information() const { return information_; }

    struct Carrier {
        double phase = 0; ///< radians
        double gain = 1;  ///< amplitude; 1 is that of symbols of mean power 1
    };

    /// Log-likelihood of symbols, if this is their carrier, up to a constant per symbol.
    double log_likelihood(std::span<const Sample> symbols, Carrier) const;

    /// Whether the symbols may have phase 0, rather than one that turns all around: their
    /// log-likelihood is nearer to what is expected of such.
    /// Range     where the two are kLeastGap apart or more; always true where they are not.
    /// Accuracy  a gap is 8 or more standard deviations of 3240 symbols.
    bool in_phase(std::span<const Sample> symbols) const;

    /// Carrier of the symbols, from what it is about: the phase by one step of the method of
    /// scoring, the gain by one of expectation and maximisation.
    ///
    /// Range     a fraction of the distance to neighbouring points; steps are limited to
    ///           +-kMostStep radians, and gains to 1 +- kMostStep of what they were.
    /// Accuracy  of the phase: standard deviation 1 / sqrt(N information()) radians, if that is
    ///           in the range.
    Carrier refine(std::span<const Sample> symbols, Carrier about) const;

    static constexpr double kMostStep = 0.1;
    static constexpr double kLeastGap = 0.3; ///< nats per symbol

private:
    static constexpr int kCells = 80;

    struct Cell {
        Sample mean;          // posterior mean of the point
        float log_likelihood; // nats
        float power;          // posterior mean
    };

    struct Share {
        double probability, information; // of a symbol that lies in a cell
    };

    size_t index(float i, float q) const;
    Share fill(Cell& cell, Sample middle) const;

    const modulation::Constellation* constellation_ = nullptr;
    double n0_ = 0, information_ = 0;
    float reach_ = 2, cells_per_unit_ = kCells / 4.0f; // symbols beyond are moved to the edge
    double least_in_phase_ = 0;                        // log-likelihood per symbol
    std::array<Cell, size_t(kCells) * kCells> cells_{};
};

} // namespace depinsat::sync
