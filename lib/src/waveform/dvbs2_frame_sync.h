#pragma once

#include "depinsat/sync/symbol_buffer.h"
#include "depinsat/waveform/dvbs2_receiver.h"
#include "dvbs2_carrier.h"
#include "dvbs2_header_search.h"

#include <cstdint>
#include <optional>

namespace depinsat::waveform {

/// Knows where in the row of symbols PLFRAMEs begin and end.
///
/// Searches a PLHEADER, verifies it by the one that must follow, and then goes from PLHEADER to
/// PLHEADER. If one is not where it must be, the search begins again, behind the start of the
/// PLFRAME before it: symbols may have been lost inside that.
class Dvbs2FrameSync
{
public:
    struct Frame {
        uint64_t first;       ///< symbol
        Dvbs2Plframe plframe; ///< until the buffer is changed
        double frequency;     ///< cycles per symbol
        double range;         ///< by how much it may be wrong
        bool held;            ///< as Outlook says
        bool sure;            ///< not verified: only believe what FEC confirms
    };

    /// @param inversion  kAuto: PLFRAMEs of a spectrum that is turned round are found, too,
    /// with
    ///                   a frequency for which is_inverted(); they want inverted() before
    ///                   accept().
    explicit Dvbs2FrameSync(SpectralInversion inversion) : inversion_(inversion) {}

    /// The next PLFRAME that ends before symbol `end`; to be answered by accept() or reject().
    /// @param last  no more symbols will come.
    std::optional<Frame> next(sync::SymbolBuffer&, uint64_t end, bool last);

    /// What the frame in hand makes expect of the next one.
    struct Outlook {
        double frequency; ///< cycles per symbol
        bool certain;     ///< it is confirmed; otherwise the next frame searches wider
        bool held;        ///< FEC had confirmed it up to now
        bool whole;       ///< the phase wanders: wait for the PLHEADER behind a frame
    };

    void accept(const Outlook&);

    /// The frame that was not sure is none.
    void reject() { search_from(place_ + 1); }

    /// The symbols have been moved down by so many cycles per symbol.
    void recentred(double frequency);

    /// Whether a frequency is that of a spectrum that is turned round, and what it then is.
    static bool is_inverted(double frequency);
    static double inverted_frequency(double frequency);

    /// The symbols have been conjugated.
    void inverted() { frequency_ = inverted_frequency(frequency_); }

    /// The PLFRAME in hand, if its PLHEADER is known.
    struct Unfinished {
        uint64_t first; ///< symbol
        const framing::Modcod* modcod;
        bool pilots;
    };
    std::optional<Unfinished> unfinished() const;

    /// Symbols are missing before symbol `next`: the search begins there.
    void restart(uint64_t next);

    bool locked() const { return locked_; }
    uint64_t lock_losses() const { return lock_losses_; }

    /// Where the search stands, or the PLFRAME in hand begins.
    uint64_t place() const { return place_; }

private:
    enum class State { kSearch, kVerify, kFrame, kHeader };

    bool search(sync::SymbolBuffer&, uint64_t end, bool last);
    bool verify(const sync::SymbolBuffer&, uint64_t end, bool last);
    bool follows(const Dvbs2Header&) const;
    bool read_header(sync::SymbolBuffer&, uint64_t end);
    std::optional<Frame> take(const sync::SymbolBuffer&, uint64_t end, bool last);
    Dvbs2Header header_at(const sync::SymbolBuffer&, uint64_t place, double range) const;
    void drop_behind(sync::SymbolBuffer&) const;
    void search_from(uint64_t place);

    SpectralInversion inversion_;
    Dvbs2HeaderSearch headers_;
    State state_ = State::kSearch;
    uint64_t place_ = 0;    // of the search, or of the PLHEADER in hand
    uint64_t previous_ = 0; // of the PLHEADER before
    uint8_t pls_code_ = 0;
    double frequency_ = 0;
    double range_ = 0;
    bool held_ = false, whole_ = false;
    bool locked_ = false;
    uint64_t lock_losses_ = 0;
};

} // namespace depinsat::waveform
