#include "dvbs2_vlsnr_carrier.h"

#include "depinsat/framing/plframe.h"
#include "depinsat/sync/derotator.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace depinsat::waveform {
namespace {

using framing::kVlSnrHeaderSymbols;

constexpr double kTwoPi = 2 * std::numbers::pi;
constexpr double kFirstClock = 100e-6, kFirstStep = 5e-6; // range that is searched
constexpr double kNextClock = 8e-6, kNextStep = 2e-6;
constexpr double kFoundRange = 1.5e-3;  // cycles per symbol: 5 deviations of the search
constexpr double kHeaderRange = 1.5e-4; // 5 deviations of a header
constexpr double kOversampling = 6;     // of the peak over frequency
constexpr size_t kBlock = 36;           // symbols of the header that are taken together
constexpr size_t kAveraged = 3;         // blocks to each side that share a phase
constexpr double kStartStep = 0.125;    // symbols

double vertex(double left, double middle, double right)
{
    const double curvature = left - 2 * middle + right;
    return curvature < 0 ? std::clamp(0.5 * (left - right) / curvature, -0.5, 0.5) : 0.0;
}

/// Of those that have neighbours on both sides.
size_t highest_inside(std::span<const double> sums)
{
    return size_t(std::max_element(sums.begin() + 1, sums.end() - 1) - sums.begin());
}

} // namespace

double Dvbs2VlSnrCarrier::refine_start(const Dvbs2VlSnrSampler& sampler,
                                       double start,
                                       double frequency) const
{
    constexpr int kSteps = 5;
    const double symbol = sampler.samples_per_symbol();
    std::array<double, 2 * kSteps + 1> sums{};
    std::array<Sample, kVlSnrHeaderSymbols> header;
    for (int k = -kSteps; k <= kSteps; ++k) {
        sampler.read(start + k * kStartStep * symbol, symbol, header);
        sync::derotate(header, frequency);
        std::complex<double> sum = 0;
        for (size_t i = 0; i < header.size(); ++i)
            sum += header[i] * std::conj(known_[i]);
        sums[size_t(k + kSteps)] = std::abs(sum);
    }
    const auto peak = std::max_element(sums.begin() + 1, sums.end() - 1) - sums.begin();
    const double offset =
        vertex(sums[size_t(peak - 1)], sums[size_t(peak)], sums[size_t(peak + 1)]);
    return start + (double(peak - kSteps) + offset) * kStartStep * symbol;
}

void Dvbs2VlSnrCarrier::know(const framing::Modcod& modcod)
{
    if (modcod_ == &modcod)
        return;
    modcod_ = &modcod;
    const std::vector<Sample> nothing(framing::vlsnr_data_symbols(modcod.slots));
    known_.resize(framing::payload_symbols(modcod.slots, true));
    framing::write_vlsnr_payload(modcod, scrambler_, nothing, known_);
}

void Dvbs2VlSnrCarrier::sum_blocks(const Dvbs2VlSnrSampler& sampler,
                                   double start,
                                   double clock,
                                   double frequency,
                                   bool pilots_too)
{
    blocks_.clear();
    std::array<Sample, kBlock> symbols;
    const double symbol = sampler.samples_per_symbol() * (1 + clock);
    const auto add = [&](size_t begin, size_t size) {
        const auto received = std::span(symbols).first(size);
        sampler.read(start + symbol * double(begin), symbol, received);
        sync::derotate(received, frequency, kTwoPi * std::fmod(frequency * double(begin), 1.0));
        std::complex<double> sum = 0;
        for (size_t i = 0; i < size; ++i)
            sum += received[i] * std::conj(known_[begin + i]);
        blocks_.push_back({double(begin) + 0.5 * double(size - 1), sum});
    };
    for (size_t begin = 0; begin < kVlSnrHeaderSymbols; begin += kBlock)
        add(begin, kBlock);
    for (const auto& pilots : framing::vlsnr_pilots(modcod_->slots))
        if (pilots_too)
            add(pilots.begin, pilots.size);
}

/// Where the blocks add up most, beyond the frequency that they have been turned back by.
double Dvbs2VlSnrCarrier::best_frequency(double range, double& highest)
{
    const double step = 1 / (kOversampling * blocks_.back().middle);
    const auto half = int(std::ceil(range / step));
    sums_.clear();
    for (int k = -half - 1; k <= half + 1; ++k) {
        std::complex<double> sum = 0;
        for (const auto& block : blocks_)
            sum += block.sum * std::polar(1.0, -kTwoPi * step * k * block.middle);
        sums_.push_back(std::abs(sum));
    }
    const size_t peak = highest_inside(sums_);
    highest = sums_[peak];
    return step *
           (double(peak) - half - 1 + vertex(sums_[peak - 1], sums_[peak], sums_[peak + 1]));
}

Dvbs2VlSnrCarrier::Result Dvbs2VlSnrCarrier::find(const Dvbs2VlSnrSampler& sampler,
                                                  const framing::Modcod& modcod,
                                                  double start,
                                                  double frequency)
{
    know(modcod);
    double highest = 0;
    sum_blocks(sampler, start, 0, frequency, false);
    frequency += best_frequency(kFoundRange, highest);
    start = refine_start(sampler, start, frequency);
    const double centre = clock_known_ ? clock_ : 0;
    const double range = clock_known_ ? kNextClock : kFirstClock;
    const double step = clock_known_ ? kNextStep : kFirstStep;
    auto& sums = clock_sums_;
    sums.clear();
    for (int k = -int(range / step) - 1; k <= int(range / step) + 1; ++k) {
        sum_blocks(sampler, start, centre + k * step, frequency, true);
        best_frequency(kHeaderRange, sums.emplace_back());
    }
    const size_t peak = highest_inside(sums);
    clock_ = centre + step * (double(peak) - int(range / step) - 1 +
                              vertex(sums[peak - 1], sums[peak], sums[peak + 1]));
    clock_known_ = true;

    sum_blocks(sampler, start, clock_, frequency, true);
    const double rest = best_frequency(kHeaderRange, highest);
    for (auto& block : blocks_)
        block.sum *= std::polar(1.0, -kTwoPi * rest * block.middle);
    Result result{start, clock_, frequency + rest, 0};
    double symbols = kVlSnrHeaderSymbols;
    for (const auto& pilots : framing::vlsnr_pilots(modcod.slots))
        symbols += double(pilots.size);
    result.amplitude = highest / symbols;
    return result;
}

/// Phase of each block with its neighbours.
void Dvbs2VlSnrCarrier::track()
{
    track_.clear();
    for (size_t k = 0; k < blocks_.size(); ++k) {
        const size_t first = k < kAveraged ? 0 : k - kAveraged;
        const size_t last = std::min(k + kAveraged, blocks_.size() - 1);
        std::complex<double> sum = 0;
        for (size_t j = first; j <= last; ++j)
            sum += blocks_[j].sum;
        track_.add_known(blocks_[k].middle, std::arg(sum));
    }
}

std::span<const Sample> Dvbs2VlSnrCarrier::data(const Dvbs2VlSnrSampler& sampler,
                                                const framing::Modcod& modcod,
                                                const Result& result)
{
    payload_.resize(known_.size());
    const double symbol = sampler.samples_per_symbol() * (1 + result.clock);
    sampler.read(result.start, symbol, payload_);
    sync::derotate(payload_, result.frequency);
    track();
    track_.correct(payload_);
    for (Sample& x : payload_)
        x *= float(1 / result.amplitude);
    data_.resize(framing::vlsnr_data_symbols(modcod.slots));
    framing::read_vlsnr_payload(modcod, scrambler_, payload_, data_);
    return data_;
}

} // namespace depinsat::waveform
