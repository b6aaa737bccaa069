#include "fec/viterbi_buffers.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

namespace depinsat::fec {
namespace {

size_t padded(size_t steps)
{
    return (steps + kTrellisPadding - 1) / kTrellisPadding * kTrellisPadding;
}

// Whole periods, each with kSent LLRs to the same places.
template <size_t kSent>
void spread(const Llr* from, size_t periods, unsigned period, const size_t* places, int8_t* to)
{
    for (size_t i = 0; i < periods; ++i)
        for (size_t j = 0; j < kSent; ++j)
            to[2 * period * i + places[j]] = from[kSent * i + j].value;
}

struct Places {
    std::array<size_t, 16> at{};
    size_t count = 0;
};

// Where the LLRs of one period belong.
Places places_of(const ConvolutionalCode& code)
{
    Places places;
    for (size_t i = 0; i < code.period; ++i) {
        if (code.c1 >> i & 1)
            places.at[places.count++] = 2 * i;
        if (code.c2 >> i & 1)
            places.at[places.count++] = 2 * i + 1;
    }
    return places;
}

void spread_periods(const ConvolutionalCode& code, const Llr* from, size_t periods, int8_t* to)
{
    const Places places = places_of(code);
    switch (places.count) {
    case 3:
        return spread<3>(from, periods, code.period, places.at.data(), to);
    case 4:
        return spread<4>(from, periods, code.period, places.at.data(), to);
    case 6:
        return spread<6>(from, periods, code.period, places.at.data(), to);
    case 8:
        return spread<8>(from, periods, code.period, places.at.data(), to);
    default:
        assert(false && "no such puncturing");
    }
}

} // namespace

ViterbiBuffers::ViterbiBuffers(size_t max_steps)
    : llrs_(2 * padded(max_steps)),
      branch_(padded(max_steps)),
      drift_(padded(max_steps) / 4),
      decisions_(padded(max_steps)),
      bits_(padded(max_steps) / 8 + kTrellisBlock / 8)
{}

size_t ViterbiBuffers::depuncture(const ConvolutionalCode& code,
                                  std::span<const Llr> llrs,
                                  size_t phase,
                                  size_t steps)
{
    assert(padded(steps) <= branch_.size());
    if (code.period == 1) {
        std::memcpy(llrs_.data(), llrs.data(), 2 * steps);
        return 2 * steps;
    }
    std::fill_n(llrs_.begin(), 2 * steps, int8_t(0));
    size_t taken = 0, t = 0;
    const auto one_step = [&] {
        if (code.c1 >> phase & 1)
            llrs_[2 * t] = llrs[taken++].value;
        if (code.c2 >> phase & 1)
            llrs_[2 * t + 1] = llrs[taken++].value;
        phase = phase + 1 == code.period ? 0 : phase + 1;
        ++t;
    };
    while (phase != 0 && t < steps)
        one_step();
    const size_t periods = (steps - t) / code.period;
    spread_periods(code, llrs.data() + taken, periods, llrs_.data() + 2 * t);
    taken += coded_bits(code, periods * code.period);
    t += periods * code.period;
    while (t < steps)
        one_step();
    return taken;
}

std::span<const uint8_t> ViterbiBuffers::decode(const ConvolutionalCode& code,
                                                size_t steps,
                                                int first_state,
                                                int last_state)
{
    prepare_branches(code, llrs_.data(), steps, {branch_.data(), drift_.data()});
    find_path(
        {branch_.data(), drift_.data(), decisions_.data(), steps, first_state, last_state},
        bits_.data());
    return bits_;
}

} // namespace depinsat::fec
