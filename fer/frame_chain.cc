#include "fer/frame_chain.h"

#include "depinsat/framing/modcod.h"
#include "depinsat/modulation/demapper.h"
#include "depinsat/modulation/mapper.h"

#include <algorithm>
#include <cassert>
#include <stdexcept>

namespace depinsat::fer {

ChainPlan plan_of_code(std::string_view code)
{
    if (fec::find_ldpc_code(code).k != fec::find_bch_code(code).n)
        throw std::invalid_argument("code \"" + std::string(code) +
                                    "\" is sent shortened only, which is not built");
    return {std::string(code), "QPSK", ""};
}

ChainPlan plan_of_modcod(std::string_view modcod, std::string_view frame_size)
{
    for (const auto size : {framing::FrameSize::kNormal, framing::FrameSize::kShort})
        if (frame_size == framing::to_string(size)) {
            const auto& row = framing::find_modcod(modcod, size);
            return {std::string(row.fec_code), std::string(row.constellation),
                    std::string(row.interleaver)};
        }
    throw std::invalid_argument("unknown frame size \"" + std::string(frame_size) +
                                "\"; allowed: normal, short");
}

FrameChain::FrameChain(const ChainPlan& plan, unsigned max_iterations)
    : constellation_(modulation::find_constellation(plan.constellation)),
      interleaver_(constellation_.bits_per_symbol, plan.interleaver),
      bch_(fec::find_bch_code(plan.code)),
      bch_decoder_(bch_.code()),
      ldpc_(fec::find_ldpc_code(plan.code)),
      ldpc_decoder_(ldpc_.code(), max_iterations),
      max_iterations_(max_iterations),
      outer_(bch_.code().n / 8),
      fecframe_(ldpc_.code().n / 8),
      labels_(symbols()),
      received_(ldpc_.code().n),
      llrs_(ldpc_.code().n)
{}

void FrameChain::encode(std::span<const uint8_t> message, std::span<Sample> symbols)
{
    bch_.encode(message, outer_);
    ldpc_.encode(outer_, fecframe_);
    interleaver_.interleave(fecframe_, labels_);
    modulation::map_labels(constellation_, labels_, symbols);
}

FrameChain::Result
FrameChain::decode(std::span<const Sample> symbols, float n0, std::span<uint8_t> message)
{
    assert(message.size() == message_bytes(bch_.code()));
    modulation::demap(constellation_, symbols, n0, received_);
    interleaver_.deinterleave(received_, llrs_);
    const auto iterations = ldpc_decoder_.decode(llrs_, outer_);
    const bool decoded = bch_decoder_.decode(outer_).has_value();
    std::copy_n(outer_.begin(), message.size(), message.begin());
    if (message_bits() % 8 != 0) // parity follows within the byte
        message.back() &= uint8_t(0xFF00 >> message_bits() % 8);
    return {decoded, iterations.value_or(max_iterations_)};
}

} // namespace depinsat::fer
