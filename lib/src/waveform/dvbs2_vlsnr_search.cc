#include "dvbs2_vlsnr_search.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace depinsat::waveform {
namespace {

using framing::kVlSnrHeaderSymbols;

constexpr size_t kBefore = 2;       // zeros in front of the 896 bits
constexpr double kSure = 0.035;     // noise comes to it in 1 of 1e13 places
constexpr double kCandidate = 0.45; // of the power of the rows that adds up
constexpr double kTwoPi = 2 * std::numbers::pi;

/// Headers that say a MODCOD.
struct Pattern {
    unsigned header;
    std::array<int8_t, 16> signs; // of the rows, relative to header 0
};

const std::vector<Pattern>& patterns()
{
    static const auto all = [] {
        std::vector<Pattern> found;
        const auto zero = framing::vlsnr_header_bits(0);
        for (const auto& modcod : framing::vlsnr_modcods()) {
            Pattern pattern{modcod.vlsnr->header, {}};
            const auto bits = framing::vlsnr_header_bits(pattern.header);
            for (size_t row = 0; row < 16; ++row)
                pattern.signs[row] = bits[7 * row] == zero[7 * row] ? 1 : -1;
            found.push_back(pattern);
        }
        return found;
    }();
    return all;
}

} // namespace

Dvbs2VlSnrSearch::Dvbs2VlSnrSearch()
{
    const auto bits = framing::vlsnr_header_bits(0);
    for (size_t i = 0; i < kRows * kRow; ++i)
        signs_[i / kRow][i % kRow] = bits[i / 8] >> (7 - i % 8) & 1 ? -1 : 1;
}

/// Rows of kBlock places. A symbol times the conjugate of pi/2-BPSK of a 0 is, but for a
/// constant, itself at even places and itself less a quarter turn at odd ones.
void Dvbs2VlSnrSearch::correlate(std::span<const Sample> halves)
{
    for (size_t row = 0; row < kRows; ++row) {
        auto &re = re_[row], &im = im_[row];
        re.fill(0);
        im.fill(0);
        for (size_t i = 0; i < kRow; i += 2) {
            const float even = signs_[row][i], odd = signs_[row][i + 1];
            const Sample* in = halves.data() + 2 * (kBefore + row * kRow + i);
            for (size_t place = 0; place < kBlock; ++place) {
                re[place] += even * in[place].real() + odd * in[place + 2].imag();
                im[place] += even * in[place].imag() - odd * in[place + 2].real();
            }
        }
    }
}

std::optional<Dvbs2VlSnrSearch::Hit> Dvbs2VlSnrSearch::judge(std::span<const Sample> halves,
                                                             size_t place) const
{
    std::array<std::complex<float>, kRows> rows, products;
    float power = 1e-30f;
    for (size_t row = 0; row < kRows; ++row) {
        rows[row] = {re_[row][place], im_[row][place]};
        power += std::norm(rows[row]);
    }
    for (size_t row = 0; row + 1 < kRows; ++row)
        products[row] = {
            rows[row + 1].real() * rows[row].real() + rows[row + 1].imag() * rows[row].imag(),
            rows[row + 1].imag() * rows[row].real() - rows[row + 1].real() * rows[row].imag()};
    std::optional<Hit> best;
    double highest = kCandidate * power * float(kRows);
    for (const auto& pattern : patterns()) {
        std::complex<float> turn = 0;
        for (size_t row = 0; row + 1 < kRows; ++row)
            turn += products[row] * float(pattern.signs[row] * pattern.signs[row + 1]);
        // Rows inverted by turns are a row that turns by a half: the other header says so, too.
        if (std::abs(turn) < 0.35f * power || std::abs(std::arg(turn)) > kTwoPi * kRow * kRange)
            continue;
        const auto step = std::conj(turn) / std::abs(turn);
        std::complex<float> phase = 1, sum = 0;
        for (size_t row = 0; row < kRows; ++row, phase *= step)
            sum += rows[row] * phase * float(pattern.signs[row]);
        if (std::norm(sum) > highest) {
            highest = std::norm(sum);
            best = Hit{place, pattern.header, std::arg(turn) / (kTwoPi * kRow), 0};
        }
    }
    if (!best)
        return best;
    double received = 1e-30;
    for (size_t i = 0; i < kRows * kRow; ++i)
        received += std::norm(halves[2 * (kBefore + i)]);
    best->correlation = highest / (double(kRows * kRow) * received);
    return best->correlation > kSure ? best : std::nullopt;
}

std::optional<Dvbs2VlSnrSearch::Hit> Dvbs2VlSnrSearch::find(std::span<const Sample> halves,
                                                            size_t places)
{
    std::optional<Hit> best;
    for (size_t begin = 0; begin < places; begin += kBlock) {
        const auto part = halves.subspan(begin);
        if (part.size() < kBlock + 2 * kVlSnrHeaderSymbols)
            break;
        correlate(part);
        for (size_t place = 0; place < kBlock; ++place) {
            auto hit = judge(part.subspan(place), place);
            if (!hit)
                continue;
            hit->place = begin + place;
            if (!best || hit->correlation > best->correlation)
                best = hit;
        }
        // Neighbours of a header are found, too: the best of them is it.
        if (best && begin + kBlock > best->place + 8)
            return best;
    }
    return best;
}

} // namespace depinsat::waveform
