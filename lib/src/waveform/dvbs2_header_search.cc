#include "dvbs2_header_search.h"

#include "depinsat/sync/carrier_frequency.h"
#include "depinsat/sync/derotator.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace depinsat::waveform {

namespace {

using framing::kPlHeaderSymbols;
using Header = std::array<Sample, kPlHeaderSymbols>;

constexpr float kCandidate = 0.42f;         // of the differential correlation
constexpr double kDifferentialRange = 0.06; // 3.5 standard deviations of it at 3 dB
constexpr double kGrid = 1.0 / 256;         // a third of the width of the peak over 90 symbols

sync::DifferentialCorrelator make_correlator()
{
    Header header;
    framing::write_plheader(0, header);
    std::vector<size_t> sof, pls;
    for (size_t k = 0; k + 1 < framing::kSofSymbols; ++k)
        sof.push_back(k);
    // The PLS code sends each bit twice, the second time inverted if there are pilots.
    for (size_t k = framing::kSofSymbols; k < kPlHeaderSymbols; k += 2)
        pls.push_back(k);
    return {header, sof, pls};
}

} // namespace

Dvbs2HeaderSearch::Dvbs2HeaderSearch() : correlator_(make_correlator()) {}

Dvbs2Header Dvbs2HeaderSearch::decode(std::span<const Sample, kPlHeaderSymbols> symbols,
                                      double centre,
                                      double range) const
{
    const auto half = int(std::ceil(range / kGrid - 0.5));
    framing::PlsDecision best;
    double best_frequency = centre;
    for (int i = -half; i <= half; ++i) {
        Header turned;
        std::copy(symbols.begin(), symbols.end(), turned.begin());
        sync::derotate(turned, centre + i * kGrid);
        const auto decision = framing::decode_plheader(turned, framing::PlsSet::kS2AndS2x);
        if (decision.metric > best.metric) {
            best = decision;
            best_frequency = centre + i * kGrid;
        }
    }
    Header sent;
    framing::write_plheader(best.pls_code, sent);
    const auto estimate = sync::estimate_frequency(symbols, sent, best_frequency, kGrid);
    return {best.pls_code, estimate.frequency, estimate.correlation};
}

std::optional<Dvbs2HeaderSearch::Hit> Dvbs2HeaderSearch::find(std::span<const Sample> symbols,
                                                              size_t from)
{
    if (symbols.size() < from + kPlHeaderSymbols)
        return std::nullopt;
    const auto searched = symbols.subspan(from);
    metric_.resize(searched.size() - kPlHeaderSymbols + 1);
    correlator_.search(searched, metric_);
    for (size_t i = 0; i < metric_.size(); ++i) {
        if (metric_[i] < kCandidate)
            continue;
        const auto place = searched.subspan(i).first<kPlHeaderSymbols>();
        const auto header = decode(place, correlator_.frequency(place), kDifferentialRange);
        if (header.correlation > kSure)
            return Hit{from + i, header};
    }
    return std::nullopt;
}

} // namespace depinsat::waveform
