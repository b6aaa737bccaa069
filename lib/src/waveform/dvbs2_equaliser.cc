#include "dvbs2_equaliser.h"

#include "depinsat/sync/derotator.h"
#include "dvbs2_known_symbols.h"

#include <algorithm>

namespace depinsat::waveform {

namespace {

constexpr size_t kSide = sync::Equaliser::kSide;

} // namespace

void Dvbs2Equaliser::equalise(const sync::SymbolBuffer& buffer,
                              uint64_t first,
                              Dvbs2Plframe& frame)
{
    const size_t count = frame.symbols.size() + frame.next_header.size();
    const uint64_t begin = std::max(first, buffer.begin() + kSide) - kSide;
    const uint64_t end = std::min(first + count + kSide, buffer.end());
    const auto there = buffer.view(begin, size_t(end - begin));
    raw_.assign(count + 2 * kSide, Sample{});
    std::ranges::copy(there, raw_.begin() + ptrdiff_t(begin + kSide - first));
    equalised_.resize(count);
    filter_.apply(raw_, equalised_);
    const std::span<const Sample> symbols = equalised_;
    frame.next_header = symbols.subspan(frame.symbols.size());
    frame.symbols = symbols.first(frame.symbols.size());
}

void Dvbs2Equaliser::learn(const Dvbs2Plframe& frame, double frequency)
{
    sync::derotate(raw_, frequency);
    const auto around = [this](size_t begin, size_t count) {
        return std::span<const Sample>(raw_).subspan(begin, count + 2 * kSide);
    };
    filter_.add_known(around(0, framing::kPlHeaderSymbols), known_header(frame.pls_code));
    const size_t blocks = frame.pilots ? framing::pilot_blocks(frame.modcod->slots) : 0;
    std::array<Sample, framing::kPilotBlockSymbols> sent;
    for (size_t block = 0; block < blocks; ++block) {
        const size_t begin = framing::pilot_block_begin(block);
        scrambler_.scramble(pilot_block(), sent, begin);
        filter_.add_known(around(framing::kPlHeaderSymbols + begin, sent.size()), sent);
    }
    filter_.update();
}

} // namespace depinsat::waveform
