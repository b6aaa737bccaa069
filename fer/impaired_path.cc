#include "fer/impaired_path.h"

#include <cmath>
#include <numbers>
#include <stdexcept>

namespace depinsat::fer {
namespace {

const Impairments& checked(const Impairments& settings)
{
    const auto need = [](bool holds, const char* message) {
        if (!holds)
            throw std::invalid_argument(message);
    };
    need(settings.samples_per_symbol >= 1.2 && settings.samples_per_symbol <= 32,
         "samples per symbol must be 1.2 to 32");
    need(settings.symbol_rate_baud > 0 && std::isfinite(settings.symbol_rate_baud),
         "the symbol rate must be above 0");
    need(settings.cfo >= -0.5 && settings.cfo <= 0.5,
         "the carrier offset must be -0.5 to 0.5 of the symbol rate");
    need(std::isfinite(settings.doppler_rate_hz_per_s), "the Doppler rate must be a number");
    return settings;
}

double uniform(std::mt19937_64& random)
{
    return std::uniform_real_distribution<double>(0, 1)(random);
}

} // namespace

ImpairedPath::ImpairedPath(const Impairments& impairments, std::mt19937_64& random)
    : settings_(checked(impairments)),
      clock_(settings_.clock_ppm, settings_.samples_per_symbol / kShapedRate, uniform(random)),
      carrier_(settings_.samples_per_symbol * settings_.symbol_rate_baud,
               settings_.cfo * settings_.symbol_rate_baud,
               settings_.doppler_rate_hz_per_s,
               2 * std::numbers::pi * uniform(random)),
      doppler_rate_(settings_.doppler_rate_hz_per_s),
      noise_(settings_.esn0_db, settings_.samples_per_symbol, random())
{
    if (!settings_.phase_noise.empty())
        phase_noise_.emplace(settings_.phase_noise,
                             settings_.samples_per_symbol * settings_.symbol_rate_baud,
                             random());
}

void ImpairedPath::turn_back()
{
    const double moved = carrier_.offset_hz() / settings_.symbol_rate_baud - settings_.cfo;
    if (std::abs(moved) < kDopplerSpan || moved * doppler_rate_ <= 0)
        return;
    doppler_rate_ = -doppler_rate_;
    carrier_.set(carrier_.offset_hz(), doppler_rate_);
}

std::span<const Sample> ImpairedPath::process(std::span<const Sample> shaped)
{
    samples_.resize(clock_.max_output(shaped.size()));
    const auto samples = std::span(samples_).first(clock_.process(shaped, samples_));
    if (phase_noise_)
        phase_noise_->process(samples);
    carrier_.process(samples);
    turn_back();
    if (settings_.spectral_inversion)
        for (auto& sample : samples)
            sample = std::conj(sample);
    noise_.add_to(samples);
    return samples;
}

} // namespace depinsat::fer
