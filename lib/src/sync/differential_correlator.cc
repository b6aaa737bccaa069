#include "depinsat/sync/differential_correlator.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace depinsat::sync {

namespace {

void add(float sign, const float* in, float* out, size_t count)
{
    for (size_t i = 0; i < count; ++i)
        out[i] += sign * in[i];
}

} // namespace

DifferentialCorrelator::DifferentialCorrelator(std::span<const Sample> header,
                                               std::span<const size_t> known,
                                               std::span<const size_t> flipped)
    : length_(header.size()), known_(pairs(header, known)), flipped_(pairs(header, flipped))
{}

std::vector<DifferentialCorrelator::Pair>
DifferentialCorrelator::pairs(std::span<const Sample> header, std::span<const size_t> firsts)
{
    std::vector<Pair> found;
    for (const size_t first : firsts) {
        assert(first + 1 < header.size());
        const Sample product = header[first + 1] * std::conj(header[first]);
        assert(std::abs(product.real()) < 1e-3f);
        found.push_back({first, std::copysign(1.0f, product.imag())});
    }
    return found;
}

void DifferentialCorrelator::correlate(size_t places)
{
    for (auto& sum : sums_)
        sum.assign(places, 0.0f);
    for (const auto& [first, sign] : known_) {
        add(sign, product_re_.data() + first, sums_[0].data(), places);
        add(sign, product_im_.data() + first, sums_[1].data(), places);
    }
    for (const auto& [first, sign] : flipped_) {
        add(sign, product_re_.data() + first, sums_[2].data(), places);
        add(sign, product_im_.data() + first, sums_[3].data(), places);
    }
}

void DifferentialCorrelator::search(std::span<const Sample> symbols, std::span<float> metric)
{
    assert(symbols.size() >= length_ && metric.size() == symbols.size() - length_ + 1);
    product_re_.resize(symbols.size());
    product_im_.resize(symbols.size());
    power_.resize(symbols.size());
    for (size_t i = 0; i + 1 < symbols.size(); ++i) {
        const Sample a = symbols[i], b = symbols[i + 1];
        product_re_[i] = a.real() * b.real() + a.imag() * b.imag();
        product_im_[i] = a.real() * b.imag() - a.imag() * b.real();
    }
    for (size_t i = 0; i < symbols.size(); ++i)
        power_[i] = std::norm(symbols[i]);
    correlate(metric.size());
    const float scale = float(length_) / float(known_.size() + flipped_.size());
    for (size_t i = 0; i < metric.size(); ++i) {
        float power = 1e-20f;
        for (size_t k = 0; k < length_; ++k)
            power += power_[i + k];
        const Sample known{sums_[0][i], sums_[1][i]}, flipped{sums_[2][i], sums_[3][i]};
        const float best = std::max(std::norm(known + flipped), std::norm(known - flipped));
        metric[i] = scale * std::sqrt(best) / power;
    }
}

double DifferentialCorrelator::frequency(std::span<const Sample> header)
{
    float metric = 0;
    search(header.first(length_), {&metric, 1});
    const Sample known{sums_[0][0], sums_[1][0]}, flipped{sums_[2][0], sums_[3][0]};
    const bool same = std::norm(known + flipped) >= std::norm(known - flipped);
    const Sample sum = same ? known + flipped : known - flipped;
    // Without an offset the products are +-j; with signs taken out, j.
    return std::arg(sum * Sample(0, -1)) / (2 * std::numbers::pi);
}

} // namespace depinsat::sync
