#pragma once

#include "depinsat/sync/agc.h"
#include "depinsat/sync/derotator.h"
#include "depinsat/sync/symbol_buffer.h"
#include "depinsat/sync/symbol_timing.h"
#include "depinsat/waveform/dvbs2_receiver.h"

#include <array>
#include <span>

namespace depinsat::waveform {

/// From samples to symbols: gain, carrier offset as far as known, matched filter, clock.
///
/// Works in pieces of kPiece samples counted from the start of the input, whatever the cuts of
/// the input are.
class Dvbs2FrontEnd
{
public:
    static constexpr size_t kPiece = 128;

    explicit Dvbs2FrontEnd(const Dvbs2ReceiverConfig&);

    /// Takes samples up to the end of a piece, and puts out its symbols.
    /// @return how many samples were taken, at least one.
    size_t process(std::span<const Sample> in, sync::SymbolBuffer& out);

    /// The input has ended: puts out all symbols that lie in it, and some more.
    void flush(sync::SymbolBuffer& out);

    /// Moves the signal down by so many cycles per symbol more, the symbols in `buffer` as
    /// well.
    void recentre(double cycles_per_symbol, sync::SymbolBuffer& buffer);

    /// Cycles per symbol that are taken away.
    double frequency() const { return derotator_.frequency() * samples_per_symbol_; }

    double samples_per_symbol() const { return samples_per_symbol_; }
    uint64_t input_samples() const { return input_samples_; }
    const sync::TimingLoop& loop() const { return timing_.loop(); }

private:
    void finish_piece(size_t measured, sync::SymbolBuffer& out);

    double samples_per_symbol_;
    bool inverted_;
    sync::Agc agc_;
    sync::Derotator derotator_;
    sync::SymbolTiming timing_;
    std::array<Sample, kPiece> piece_{};
    size_t filled_ = 0;
    uint64_t input_samples_ = 0;
};

} // namespace depinsat::waveform
