#include "dvbs2_front_end.h"

#include <algorithm>
#include <cmath>

namespace depinsat::waveform {

Dvbs2FrontEnd::Dvbs2FrontEnd(const Dvbs2ReceiverConfig& config)
    : samples_per_symbol_(config.sample_rate_hz / config.symbol_rate_baud),
      inverted_(config.spectral_inversion),
      timing_(samples_per_symbol_, config.rolloff)
{}

size_t Dvbs2FrontEnd::process(std::span<const Sample> in, sync::SymbolBuffer& out)
{
    const size_t count = std::min(in.size(), kPiece - filled_);
    std::copy_n(in.begin(), count, piece_.begin() + ptrdiff_t(filled_));
    filled_ += count;
    input_samples_ += count;
    if (filled_ == kPiece)
        finish_piece(kPiece, out);
    return count;
}

void Dvbs2FrontEnd::finish_piece(size_t measured, sync::SymbolBuffer& out)
{
    sync::sanitize(piece_);
    if (inverted_)
        for (Sample& x : piece_)
            x = std::conj(x);
    if (measured == kPiece)
        agc_.process(piece_);
    else
        agc_.scale(piece_);
    derotator_.process(piece_);
    timing_.process(piece_, out);
    filled_ = 0;
}

void Dvbs2FrontEnd::flush(sync::SymbolBuffer& out)
{
    // Behind the last symbol the filter needs as many samples again as it is wide, plus a clock
    // that is a symbol late.
    const size_t tail = timing_.half_width() + size_t(std::ceil(2 * samples_per_symbol_));
    for (size_t pushed = 0; pushed < tail;) {
        pushed += kPiece - filled_;
        std::fill(piece_.begin() + ptrdiff_t(filled_), piece_.end(), Sample{});
        finish_piece(0, out);
    }
    timing_.finish(out);
}

void Dvbs2FrontEnd::recentre(double cycles_per_symbol, sync::SymbolBuffer& buffer)
{
    const double cycles_per_sample = cycles_per_symbol / samples_per_symbol_;
    derotator_.set_frequency(derotator_.frequency() + cycles_per_sample);
    buffer.recentre(cycles_per_sample, double(timing_.samples()));
    timing_.recentre(cycles_per_sample);
}

} // namespace depinsat::waveform
