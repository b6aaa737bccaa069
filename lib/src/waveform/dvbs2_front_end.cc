#include "dvbs2_front_end.h"

#include "depinsat/framing/rolloff.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace depinsat::waveform {

namespace {

constexpr size_t kMostAtOnce = 4096; // input samples
constexpr double kMostSamplesPerSymbol = 2000;

const Dvbs2ReceiverConfig& checked(const Dvbs2ReceiverConfig& config)
{
    const double ratio = config.sample_rate_hz / config.symbol_rate_baud;
    if (!(config.symbol_rate_baud > 0) || !(ratio >= 1.2 && ratio <= kMostSamplesPerSymbol))
        throw std::invalid_argument(
            "sample_rate_hz must be 1.2 to 2000 times symbol_rate_baud");
    if (!framing::is_rolloff(config.rolloff))
        throw std::invalid_argument("rolloff must be one of " +
                                    std::string(framing::kRolloffNames));
    if (ratio < (1 + config.rolloff) * (1 - 1e-9))
        throw std::invalid_argument(
            "sample_rate_hz must be at least 1 + rolloff times symbol_rate_baud");
    return config;
}

} // namespace

Dvbs2FrontEnd::Dvbs2FrontEnd(const Dvbs2ReceiverConfig& config)
    : decimator_(checked(config).sample_rate_hz / config.symbol_rate_baud),
      samples_per_symbol_(config.sample_rate_hz / config.symbol_rate_baud /
                          double(decimator_.factor())),
      inverted_(config.spectral_inversion == SpectralInversion::kInverted),
      spectrum_(samples_per_symbol_, config.rolloff),
      spectrum_pieces_(size_t(std::ceil(kHeldSymbols * samples_per_symbol_ / kPiece))),
      timing_(samples_per_symbol_, config.rolloff)
{
    if (config.iq_correction)
        iq_corrector_.emplace();
    held_.reserve(spectrum_pieces_ * kPiece);
}

size_t Dvbs2FrontEnd::input_to_end_of_piece() const
{
    const uint64_t last = (pieces_ + 1) * kPiece - 1; // decimated sample
    return size_t(last * decimator_.factor() + decimator_.delay() + 1 - taken_);
}

size_t Dvbs2FrontEnd::process(std::span<const Sample> in, sync::SymbolBuffer& out)
{
    const size_t count = std::min({in.size(), kMostAtOnce, input_to_end_of_piece()});
    input_samples_ += count;
    take(in.first(count));
    if (filled_ == kPiece)
        finish_piece(true, out);
    return count;
}

void Dvbs2FrontEnd::take(std::span<const Sample> in)
{
    taken_ += in.size();
    raw_.assign(in.begin(), in.end());
    sync::sanitize(raw_);
    if (iq_corrector_)
        iq_corrector_->process(raw_);
    const auto decimated = decimator_.process(raw_);
    std::copy(decimated.begin(), decimated.end(), piece_.begin() + ptrdiff_t(filled_));
    filled_ += decimated.size();
}

void Dvbs2FrontEnd::finish_piece(bool measured, sync::SymbolBuffer& out)
{
    filled_ = 0;
    ++pieces_;
    if (measured)
        agc_.process(piece_);
    else
        agc_.scale(piece_);
    if (inverted_)
        for (Sample& x : piece_)
            x = std::conj(x);
    if (watching_ && spectrum_.pieces() < spectrum_pieces_)
        spectrum_.add(piece_);
    if (holding_) {
        held_.insert(held_.end(), piece_.begin(), piece_.end());
        if (spectrum_.pieces() == spectrum_pieces_)
            release(out);
        return;
    }
    derotator_.process(piece_);
    timing_.process(piece_, out);
}

void Dvbs2FrontEnd::release(sync::SymbolBuffer& out)
{
    holding_ = false;
    const double centre = spectrum_.centre().value_or(frequency());
    spectrum_.reset();
    derotator_.set_frequency(centre / samples_per_symbol_);
    derotator_.process(held_);
    timing_.process(held_, out);
    held_.clear();
}

void Dvbs2FrontEnd::watch(bool on)
{
    if (watching_ != on)
        spectrum_.reset();
    watching_ = on;
}

std::optional<double> Dvbs2FrontEnd::off_centre()
{
    if (holding_ || spectrum_.pieces() < spectrum_pieces_)
        return std::nullopt;
    const auto centre = spectrum_.centre();
    spectrum_.reset();
    if (!centre)
        return std::nullopt;
    return *centre - frequency();
}

void Dvbs2FrontEnd::flush(sync::SymbolBuffer& out)
{
    // Behind the last symbol the filter needs as many samples again as it is wide, plus a clock
    // that is a symbol late.
    const size_t tail = timing_.half_width() + size_t(std::ceil(2 * samples_per_symbol_));
    const uint64_t end = taken_ + decimator_.delay() + tail * decimator_.factor();
    const std::vector<Sample> zeros(kMostAtOnce);
    while (taken_ < end || filled_ != 0) {
        take(std::span(zeros).first(std::min(kMostAtOnce, input_to_end_of_piece())));
        if (filled_ == kPiece)
            finish_piece(false, out);
    }
    if (holding_)
        release(out);
    timing_.finish(out);
}

void Dvbs2FrontEnd::restart(uint64_t lost)
{
    input_samples_ += lost;
    begin_ = input_samples_;
    taken_ = pieces_ = 0;
    decimator_.reset();
    spectrum_.reset();
    timing_.restart();
}

void Dvbs2FrontEnd::invert(sync::SymbolBuffer& buffer)
{
    inverted_ = !inverted_;
    derotator_.conjugate();
    timing_.conjugate();
    buffer.conjugate();
    spectrum_.reset();
}

void Dvbs2FrontEnd::recentre(double cycles_per_symbol, sync::SymbolBuffer& buffer)
{
    const double cycles_per_sample = cycles_per_symbol / samples_per_symbol_;
    derotator_.set_frequency(derotator_.frequency() + cycles_per_sample);
    buffer.recentre(cycles_per_sample, double(timing_.samples()));
    timing_.recentre(cycles_per_sample);
}

} // namespace depinsat::waveform
