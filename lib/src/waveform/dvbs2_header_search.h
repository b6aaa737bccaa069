#pragma once

#include "depinsat/framing/plheader.h"
#include "depinsat/sync/differential_correlator.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::waveform {

/// A PLHEADER as received.
struct Dvbs2Header {
    uint8_t pls_code = 0;
    double frequency = 0;   ///< cycles per symbol
    double correlation = 0; ///< power of what was sent over power received, 0 to 1
};

/// Finds PLHEADERs in a row of symbols, and decodes them, whatever the carrier offset is.
///
/// Standard  EN 302 307-1, clause 5.5.2.
class Dvbs2HeaderSearch
{
public:
    Dvbs2HeaderSearch();

    struct Hit {
        size_t place;
        Dvbs2Header header;
    };

    /// The first PLHEADER that begins at symbols[from] or behind and lies in `symbols` whole.
    /// At Es/N0 = 3 dB it finds 99.9 % of them.
    std::optional<Hit> find(std::span<const Sample> symbols, size_t from);

    /// Decodes 90 symbols that are a PLHEADER.
    ///
    /// @param centre  cycles per symbol; centre +- range is searched.
    Dvbs2Header decode(std::span<const Sample, framing::kPlHeaderSymbols> symbols,
                       double centre,
                       double range) const;

    /// Correlations that noise or data of another place exceed in 1 of 1e6 searches; a header
    /// comes to 1 / (1 + 1 / (Es/N0)).
    static constexpr double kSure = 0.28;
    /// As kSure, where the frequency is known.
    static constexpr double kSureInLock = 0.20;
    /// As kSureInLock, for the PLS code of the frame before: noise is decoded to this one, and
    /// so strong, in less than 1 of 1e5 places, and a header at -3 dB is weaker in as few.
    static constexpr double kSureOfExpected = 0.10;

private:
    sync::DifferentialCorrelator correlator_;
    std::vector<float> metric_;
};

} // namespace depinsat::waveform
