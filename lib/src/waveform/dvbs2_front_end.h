#pragma once

#include "depinsat/sync/agc.h"
#include "depinsat/sync/decimator.h"
#include "depinsat/sync/derotator.h"
#include "depinsat/sync/iq_corrector.h"
#include "depinsat/sync/spectrum_centre.h"
#include "depinsat/sync/symbol_buffer.h"
#include "depinsat/sync/symbol_timing.h"
#include "depinsat/waveform/dvbs2_receiver.h"

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::waveform {

/// From samples to symbols: sample rate, gain, carrier offset as far as known, matched filter,
/// clock.
///
/// Works in pieces of kPiece samples counted from the start of the input, whatever the cuts of
/// the input are. The first kHeldSymbols symbols are held back until the spectrum has told
/// where the carrier is: the clock cannot be found, and a decibel is lost, where the filters
/// are off by a fifth of the symbol rate.
class Dvbs2FrontEnd
{
public:
    static constexpr size_t kPiece = sync::SpectrumCentre::kPiece; ///< samples, decimated
    static constexpr size_t kHeldSymbols = 4096;

    /// @throws std::invalid_argument if a rate or the roll-off is out of range.
    explicit Dvbs2FrontEnd(const Dvbs2ReceiverConfig&);

    /// Takes samples up to the end of a piece, and puts out its symbols.
    /// @return how many samples were taken, at least one.
    size_t process(std::span<const Sample> in, sync::SymbolBuffer& out);

    /// The input has ended: puts out all symbols that lie in it, and some more.
    void flush(sync::SymbolBuffer& out);

    /// Moves the signal down by so many cycles per symbol more, the symbols in `buffer` as
    /// well.
    void recentre(double cycles_per_symbol, sync::SymbolBuffer& buffer);

    /// Turns the spectrum round, as if that had always been so.
    void invert(sync::SymbolBuffer& buffer);
    bool inverted() const { return inverted_; }

    /// So many input samples are missing here. After flush(): begins again behind them, with
    /// what is known of level, carrier and rate of the clock.
    void restart(uint64_t lost);

    /// Cycles per symbol that are taken away.
    double frequency() const { return derotator_.frequency() * samples_per_symbol_; }

    /// Whether to watch the spectrum for the carrier.
    void watch(bool on);

    /// By how much the spectrum of the last kHeldSymbols symbols lies off, in cycles per
    /// symbol; once for each.
    std::optional<double> off_centre();

    /// Input samples from the start to a time of a symbol in the buffer.
    double input_time(double time) const
    {
        return double(begin_) + time * double(decimator_.factor());
    }

    double input_samples_per_symbol() const
    {
        return samples_per_symbol_ * double(decimator_.factor());
    }
    uint64_t input_samples() const { return input_samples_; }
    const sync::TimingLoop& loop() const { return timing_.loop(); }

private:
    size_t input_to_end_of_piece() const;
    void take(std::span<const Sample> in);
    void finish_piece(bool measured, sync::SymbolBuffer& out);
    void release(sync::SymbolBuffer& out);

    sync::Decimator decimator_;
    double samples_per_symbol_; // decimated
    bool inverted_;
    std::optional<sync::IqCorrector> iq_corrector_;
    sync::Agc agc_;
    sync::Derotator derotator_;
    sync::SpectrumCentre spectrum_;
    size_t spectrum_pieces_;
    sync::SymbolTiming timing_;
    std::vector<Sample> raw_, held_;
    std::array<Sample, kPiece> piece_{};
    size_t filled_ = 0;
    uint64_t input_samples_ = 0; // lost ones included
    uint64_t begin_ = 0;         // of them, at the start or the last gap
    uint64_t taken_ = 0;         // since then, with what flush() adds
    uint64_t pieces_ = 0;        // since then
    bool holding_ = true, watching_ = true;
};

} // namespace depinsat::waveform
