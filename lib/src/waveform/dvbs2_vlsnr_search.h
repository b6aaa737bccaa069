#pragma once

#include "depinsat/framing/vlsnr.h"

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::waveform {

/// Finds VL-SNR headers in a row of half symbols, whatever header it is.
///
/// Standard  EN 302 307-2, clause 5.5.2.5: each header is header 0 in 16 rows of 56 symbols,
/// some
///           of them inverted.
/// How       each row is correlated by itself; products of neighbouring rows, with the signs of
///           a header, add up whatever the frequency is, which they tell.
/// Range     carrier within kRange; at -9.5 dB, a quarter symbol off and at the edge of the
/// range
///           it finds more than 99 % of them.
class Dvbs2VlSnrSearch
{
public:
    static constexpr double kRange =
        0.0044; ///< cycles per symbol: below a quarter turn in a row

    Dvbs2VlSnrSearch();

    struct Hit {
        size_t place;       ///< half symbol
        unsigned header;    ///< index
        double frequency;   ///< cycles per symbol
        double correlation; ///< power of the header over power received, 0 to 1
    };

    /// The first header that begins in the first `places` half symbols.
    /// @param halves  at least places + 2 * 900 of them.
    std::optional<Hit> find(std::span<const Sample> halves, size_t places);

private:
    static constexpr size_t kRows = 16, kRow = 56, kBlock = 64; // places at once

    using Rows = std::array<std::array<float, kBlock>, kRows>;

    void correlate(std::span<const Sample> halves);
    std::optional<Hit> judge(std::span<const Sample> halves, size_t place) const;

    std::array<std::array<int8_t, kRow>, kRows> signs_{}; // of header 0, pi/2 turns taken out
    Rows re_{}, im_{};
};

} // namespace depinsat::waveform
