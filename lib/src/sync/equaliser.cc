#include "depinsat/sync/equaliser.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace depinsat::sync {

namespace {

constexpr double kLoading = 1e-4; // of the power, on the diagonal: no filter runs away

} // namespace

void Equaliser::apply(std::span<const Sample> in, std::span<Sample> out) const
{
    assert(in.size() == out.size() + 2 * kSide);
    if (weight_ < kEnough) {
        std::copy_n(in.begin() + kSide, out.size(), out.begin());
        return;
    }
    std::ranges::fill(out, Sample{});
    for (size_t i = 0; i < kTaps; ++i) {
        const float a = taps_[i].real(), b = taps_[i].imag();
        for (size_t k = 0; k < out.size(); ++k) {
            const Sample x = in[k + i];
            out[k] += Sample(a * x.real() - b * x.imag(), a * x.imag() + b * x.real());
        }
    }
}

void Equaliser::add_known(std::span<const Sample> in, std::span<const Sample> sent)
{
    assert(in.size() == sent.size() + 2 * kSide);
    std::array<Wide, kTaps> sums{};
    for (size_t i = 0; i < kTaps; ++i)
        for (size_t k = 0; k < sent.size(); ++k)
            sums[i] += Wide(std::conj(in[k + i]) * sent[k]);
    const double size = std::abs(sums[kSide]);
    if (!(size > 0))
        return;
    const Wide turn = std::conj(sums[kSide]) / size;
    for (size_t i = 0; i < kTaps; ++i)
        added_.right[i] += turn * sums[i];
    // The same symbols, not the mean of others: else their own pattern would count as noise.
    for (size_t i = 0; i < kTaps; ++i)
        for (size_t j = 0; j <= i; ++j)
            for (size_t k = 0; k < sent.size(); ++k)
                added_.matrix[i][j] += Wide(std::conj(in[k + i]) * in[k + j]);
    known_ += double(sent.size());
}

void Equaliser::update()
{
    if (known_ == 0)
        return;
    weight_ = std::min(weight_ + known_, kMemory);
    const double gain = std::min(known_ / weight_, 1.0);
    for (size_t i = 0; i < kTaps; ++i) {
        mean_.right[i] += gain * (added_.right[i] / known_ - mean_.right[i]);
        for (size_t j = 0; j <= i; ++j)
            mean_.matrix[i][j] += gain * (added_.matrix[i][j] / known_ - mean_.matrix[i][j]);
    }
    added_ = {};
    known_ = 0;
    solve();
}

/// By the Cholesky factor of the matrix, and both triangles.
void Equaliser::solve()
{
    auto& matrix = mean_.matrix;
    std::array<std::array<Wide, kTaps>, kTaps> factor{};
    std::array<Wide, kTaps> x = mean_.right;
    for (size_t row = 0; row < kTaps; ++row) {
        for (size_t column = 0; column <= row; ++column) {
            Wide rest = matrix[row][column] * (row == column ? 1 + kLoading : 1.0);
            for (size_t i = 0; i < column; ++i)
                rest -= factor[row][i] * std::conj(factor[column][i]);
            if (row == column && !(rest.real() > 0))
                return; // silence: the filter stays
            factor[row][column] =
                row == column ? Wide(std::sqrt(rest.real())) : rest / factor[column][column];
        }
        for (size_t i = 0; i < row; ++i)
            x[row] -= factor[row][i] * x[i];
        x[row] /= factor[row][row];
    }
    Wide through = 0; // what the filter makes of the signal
    for (size_t row = kTaps; row-- > 0;) {
        for (size_t i = row + 1; i < kTaps; ++i)
            x[row] -= std::conj(factor[i][row]) * x[i];
        x[row] /= factor[row][row];
        through += x[row] * std::conj(mean_.right[row]);
    }
    if (!(through.real() > 0))
        return;
    for (size_t i = 0; i < kTaps; ++i)
        taps_[i] = Sample(x[i] / through.real());
}

} // namespace depinsat::sync
