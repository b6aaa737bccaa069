#include "dvbs2_frame_sync.h"

#include "depinsat/framing/plframe.h"

#include <algorithm>
#include <cmath>

namespace depinsat::waveform {

namespace {

using framing::kPlHeaderSymbols;

constexpr uint64_t kBatch = 256; // places searched at once, so that the loops are long
constexpr uint64_t kKept = 8;    // symbols before a PLFRAME, for an equaliser
constexpr uint64_t kMostAtOnce = 4096;
constexpr double kFirstRange = 1.6e-3; // five standard deviations of a PLHEADER's at 3 dB
constexpr double kTrackedRange = Dvbs2Carrier::kTracked;

struct Plan {
    const framing::Modcod* modcod;
    bool pilots;
    size_t symbols;
};

/// @return nothing if the code is reserved or not built.
std::optional<Plan> plan(uint8_t pls_code)
{
    if (pls_code >> 2 == 0) // MODCOD 0, whatever TYPE says
        return Plan{nullptr, false, framing::plframe_symbols(framing::kDummySlots, false)};
    const auto* modcod = framing::modcod_of_pls_code(pls_code);
    if (!modcod)
        return std::nullopt;
    const bool pilots = pls_code & 1;
    return Plan{modcod, pilots, framing::plframe_symbols(modcod->slots, pilots)};
}

} // namespace

void Dvbs2FrameSync::search_from(uint64_t place)
{
    state_ = State::kSearch;
    place_ = place;
    locked_ = held_ = false;
}

Dvbs2Header
Dvbs2FrameSync::header_at(const sync::SymbolBuffer& buffer, uint64_t place, double range) const
{
    return headers_.decode(buffer.view(place, kPlHeaderSymbols).first<kPlHeaderSymbols>(),
                           frequency_, range);
}

void Dvbs2FrameSync::drop_behind(sync::SymbolBuffer& buffer) const
{
    buffer.drop_before(std::max(std::min(place_, buffer.end()), kKept) - kKept);
}

bool Dvbs2FrameSync::search(sync::SymbolBuffer& buffer, uint64_t end, bool last)
{
    place_ = std::max(place_, buffer.begin());
    drop_behind(buffer);
    if (end < place_ + kPlHeaderSymbols + (last ? 0 : kBatch))
        return false;
    const size_t count = std::min(end - place_, kMostAtOnce + kPlHeaderSymbols - 1);
    const auto hit = headers_.find(buffer.view(place_, count), 0);
    if (!hit) {
        place_ += count - kPlHeaderSymbols + 1;
        return true;
    }
    place_ += hit->place;
    const bool wrong_way =
        inversion_ != SpectralInversion::kAuto && is_inverted(hit->header.frequency);
    if (wrong_way || !plan(hit->header.pls_code)) {
        ++place_;
        return true;
    }
    pls_code_ = hit->header.pls_code;
    frequency_ = hit->header.frequency;
    range_ = kFirstRange;
    state_ = State::kVerify;
    return true;
}

bool Dvbs2FrameSync::verify(const sync::SymbolBuffer& buffer, uint64_t end, bool last)
{
    const uint64_t next = place_ + plan(pls_code_)->symbols;
    if (end < next + kPlHeaderSymbols) {
        if (last && end < next)
            search_from(place_ + 1);
        return last && end < next;
    }
    const auto header = header_at(buffer, next, kFirstRange);
    if (header.correlation < Dvbs2HeaderSearch::kSureInLock) {
        search_from(place_ + 1);
        return true;
    }
    frequency_ = 0.5 * (frequency_ + header.frequency);
    locked_ = true;
    state_ = State::kFrame;
    return true;
}

bool Dvbs2FrameSync::follows(const Dvbs2Header& header) const
{
    return header.correlation >= (header.pls_code == pls_code_
                                      ? Dvbs2HeaderSearch::kSureOfExpected
                                      : Dvbs2HeaderSearch::kSureInLock);
}

bool Dvbs2FrameSync::read_header(sync::SymbolBuffer& buffer, uint64_t end)
{
    if (end < place_ + kPlHeaderSymbols)
        return false;
    const auto header = header_at(buffer, place_, 0);
    if (!follows(header)) {
        lock_losses_ += locked_;
        search_from(previous_ + 1);
    } else if (!plan(header.pls_code)) {
        search_from(place_ + 1);
    } else {
        pls_code_ = header.pls_code;
        locked_ = true;
        state_ = State::kFrame;
        drop_behind(buffer);
    }
    return true;
}

std::optional<Dvbs2FrameSync::Frame>
Dvbs2FrameSync::take(const sync::SymbolBuffer& buffer, uint64_t end, bool last)
{
    const auto [modcod, pilots, symbols] = *plan(pls_code_);
    const uint64_t next = place_ + symbols;
    const bool has_next = end >= next + kPlHeaderSymbols;
    // Behind a frame whose carrier is not known well the next PLHEADER tells whole turns apart.
    const bool wants_next = !pilots || whole_ || range_ > kTrackedRange;
    if (end < next || (wants_next && !has_next && !last))
        return std::nullopt;
    Frame frame{place_,     {pls_code_, modcod, pilots, buffer.view(place_, symbols), {}, 0},
                frequency_, range_,
                held_,      state_ == State::kFrame};
    if (wants_next && has_next) {
        const auto header = header_at(buffer, next, 0);
        if (follows(header)) {
            frame.plframe.next_header = buffer.view(next, kPlHeaderSymbols);
            frame.plframe.next_pls_code = header.pls_code;
        }
    }
    return frame;
}

std::optional<Dvbs2FrameSync::Frame>
Dvbs2FrameSync::next(sync::SymbolBuffer& buffer, uint64_t end, bool last)
{
    for (;;) {
        bool moved = false;
        switch (state_) {
        case State::kSearch:
            moved = search(buffer, end, last);
            break;
        case State::kVerify:
            moved = verify(buffer, end, last);
            if (!moved && last)
                return take(buffer, end, last);
            break;
        case State::kHeader:
            moved = read_header(buffer, end);
            break;
        case State::kFrame:
            return take(buffer, end, last);
        }
        if (!moved)
            return std::nullopt;
    }
}

void Dvbs2FrameSync::accept(const Outlook& outlook)
{
    frequency_ = outlook.frequency;
    range_ = outlook.certain ? kTrackedRange : kFirstRange;
    held_ = outlook.held;
    whole_ = outlook.whole;
    previous_ = place_;
    place_ += plan(pls_code_)->symbols;
    state_ = State::kHeader;
}

bool Dvbs2FrameSync::is_inverted(double frequency)
{
    return std::abs(std::remainder(frequency, 1.0)) > 0.25;
}

double Dvbs2FrameSync::inverted_frequency(double frequency)
{
    // Conjugating a pi/2-BPSK header gives it a turn of half a cycle a symbol.
    return std::remainder(0.5 - frequency, 1.0);
}

std::optional<Dvbs2FrameSync::Unfinished> Dvbs2FrameSync::unfinished() const
{
    if (state_ != State::kFrame)
        return std::nullopt;
    const auto [modcod, pilots, symbols] = *plan(pls_code_);
    return Unfinished{place_, modcod, pilots};
}

void Dvbs2FrameSync::restart(uint64_t next)
{
    lock_losses_ += locked_;
    search_from(next);
}

void Dvbs2FrameSync::recentred(double frequency)
{
    frequency_ -= frequency;
}

} // namespace depinsat::waveform
