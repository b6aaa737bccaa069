#include "depinsat/framing/vlsnr.h"

#include "depinsat/framing/plframe.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace depinsat::framing {
namespace {

constexpr size_t kFirstData = 540; // symbols between the VL-SNR header and the first pilots

/// Rows of a layout: pilots, data, pilots, data.
struct Pairs {
    size_t count, pilots, data, more_pilots, more_data;
};

template <size_t N>
constexpr std::array<VlSnrPilots, N> lay_out(std::initializer_list<Pairs> rows)
{
    std::array<VlSnrPilots, N> blocks{};
    size_t place = kVlSnrHeaderSymbols + kFirstData, block = 0;
    for (const Pairs& row : rows)
        for (size_t i = 0; i < row.count; ++i) {
            blocks[block++] = {place, row.pilots};
            place += row.pilots + row.data;
            if (row.more_pilots == 0)
                continue;
            blocks[block++] = {place, row.more_pilots};
            place += row.more_pilots + row.more_data;
        }
    return blocks;
}

constexpr auto kSet1 =
    lay_out<43>({{18, 36, 703, 34, 703}, {3, 36, 702, 36, 702}, {1, 36, 720, 0, 0}});
constexpr auto kSet2 =
    lay_out<21>({{9, 36, 704, 32, 704}, {1, 36, 702, 36, 702}, {1, 36, 360, 0, 0}});

constexpr unsigned kSet1Slots = 360, kSet2Slots = 180;
static_assert(kSet1.back().begin + 36 + 720 == payload_symbols(kSet1Slots, true));
static_assert(kSet2.back().begin + 36 + 360 == payload_symbols(kSet2Slots, true));

template <size_t N>
constexpr size_t data_of(const std::array<VlSnrPilots, N>& blocks, unsigned slots)
{
    size_t data = payload_symbols(slots, true) - kVlSnrHeaderSymbols;
    for (const auto& block : blocks)
        data -= block.size;
    return data;
}
static_assert(data_of(kSet1, kSet1Slots) == 30780 && data_of(kSet2, kSet2Slots) == 14976);

/// Calls visit(first symbol behind the PLHEADER, first data symbol, count) for each run of
/// data.
template <class Visit>
void for_each_run(unsigned slots, Visit visit)
{
    size_t place = kVlSnrHeaderSymbols, data = 0;
    const auto run_until = [&](size_t end) {
        visit(place, data, end - place);
        data += end - place;
    };
    for (const auto& block : vlsnr_pilots(slots)) {
        run_until(block.begin);
        place = block.begin + block.size;
    }
    run_until(payload_symbols(slots, true));
}

/// pi/2-BPSK is scrambled by its sign alone.
void change_signs(const PlScrambler& scrambler, std::span<Sample> symbols, size_t first)
{
    const auto turns = scrambler.sequence().subspan(first, symbols.size());
    for (size_t i = 0; i < symbols.size(); ++i)
        if (turns[i] & 1)
            symbols[i] = -symbols[i];
}

/// Calls visit(place in the FECFRAME) for each bit that is sent, in order.
template <class Visit>
void for_each_sent(const Modcod& modcod, Visit visit)
{
    const auto& rule = *modcod.vlsnr;
    const size_t information = rule.shortened + modcod.n_bch;
    for (size_t i = rule.shortened; i < information; ++i)
        visit(i);
    for (size_t i = information, parity = 0; i < modcod.n_ldpc; ++i, ++parity)
        if (parity % rule.puncture_period != 0 ||
            parity / rule.puncture_period >= rule.punctured)
            visit(i);
}

} // namespace

std::span<const VlSnrPilots> vlsnr_pilots(unsigned slots)
{
    assert(slots == kSet1Slots || slots == kSet2Slots);
    return slots == kSet1Slots ? std::span<const VlSnrPilots>(kSet1) : kSet2;
}

size_t vlsnr_data_symbols(unsigned slots)
{
    assert(slots == kSet1Slots || slots == kSet2Slots);
    return slots == kSet1Slots ? data_of(kSet1, slots) : data_of(kSet2, slots);
}

size_t vlsnr_sent_bits(const Modcod& modcod)
{
    return modcod.n_ldpc - modcod.vlsnr->shortened - modcod.vlsnr->punctured;
}

void write_vlsnr_header(unsigned index, std::span<Sample, kVlSnrHeaderSymbols> header)
{
    const auto bits = vlsnr_header_bits(index);
    constexpr size_t kBefore = 2; // zeros on both sides
    for (size_t i = 0; i < header.size(); ++i) {
        const size_t bit = i - kBefore;
        const bool inside = i >= kBefore && bit < 8 * bits.size();
        header[i] = pi2_bpsk(i, inside && (bits[bit / 8] >> (7 - bit % 8) & 1));
    }
}

void vlsnr_puncture(const Modcod& modcod,
                    std::span<const uint8_t> fecframe,
                    std::span<uint8_t> sent)
{
    assert(fecframe.size() == modcod.n_ldpc && sent.size() == vlsnr_sent_bits(modcod));
    auto out = sent.begin();
    for_each_sent(modcod, [&](size_t i) { *out++ = fecframe[i]; });
    assert(out == sent.end());
}

void vlsnr_depuncture(const Modcod& modcod, std::span<const Llr> sent, std::span<Llr> fecframe)
{
    assert(fecframe.size() == modcod.n_ldpc && sent.size() == vlsnr_sent_bits(modcod));
    std::fill(fecframe.begin(), fecframe.end(), Llr{});
    std::fill_n(fecframe.begin(), modcod.vlsnr->shortened, Llr{kLlrMax});
    auto in = sent.begin();
    for_each_sent(modcod, [&](size_t i) { fecframe[i] = *in++; });
}

void write_vlsnr_payload(const Modcod& modcod,
                         const PlScrambler& scrambler,
                         std::span<const Sample> data,
                         std::span<Sample> payload)
{
    assert(payload.size() == payload_symbols(modcod.slots, true));
    assert(data.size() == vlsnr_data_symbols(modcod.slots));
    write_vlsnr_header(modcod.vlsnr->header, payload.first<kVlSnrHeaderSymbols>());
    for (const auto& block : vlsnr_pilots(modcod.slots)) {
        const auto pilots = payload.subspan(block.begin, block.size);
        std::fill(pilots.begin(), pilots.end(), kUnmodulated);
        scrambler.scramble(pilots, pilots, block.begin);
    }
    const bool quarter_turns = modcod.bits_per_symbol == 2;
    for_each_run(modcod.slots, [&](size_t begin, size_t first, size_t count) {
        const auto run = payload.subspan(begin, count);
        std::ranges::copy(data.subspan(first, count), run.begin());
        if (quarter_turns)
            scrambler.scramble(run, run, begin);
        else
            change_signs(scrambler, run, begin);
    });
}

void read_vlsnr_payload(const Modcod& modcod,
                        const PlScrambler& scrambler,
                        std::span<const Sample> payload,
                        std::span<Sample> data)
{
    assert(payload.size() == payload_symbols(modcod.slots, true));
    assert(data.size() == vlsnr_data_symbols(modcod.slots));
    const bool quarter_turns = modcod.bits_per_symbol == 2;
    for_each_run(modcod.slots, [&](size_t begin, size_t first, size_t count) {
        const auto run = data.subspan(first, count);
        std::ranges::copy(payload.subspan(begin, count), run.begin());
        if (quarter_turns)
            scrambler.descramble(run, run, begin);
        else
            change_signs(scrambler, run, begin);
    });
}

} // namespace depinsat::framing
