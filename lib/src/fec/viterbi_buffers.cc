#include "fec/viterbi_buffers.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace depinsat::fec {
namespace {

size_t padded(size_t steps)
{
    return (steps + kTrellisPadding - 1) / kTrellisPadding * kTrellisPadding;
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
    size_t taken = 0;
    for (size_t t = 0; t < steps; ++t) {
        llrs_[2 * t] = code.c1 >> phase & 1 ? llrs[taken++].value : int8_t(0);
        llrs_[2 * t + 1] = code.c2 >> phase & 1 ? llrs[taken++].value : int8_t(0);
        phase = phase + 1 == code.period ? 0 : phase + 1;
    }
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
