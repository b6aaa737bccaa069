#include "dvbs2_frame_decoder.h"

#include "depinsat/fec/bch_decoder.h"
#include "depinsat/fec/ldpc_decoder.h"
#include "depinsat/framing/bbframe.h"
#include "depinsat/modulation/demapper.h"
#include "depinsat/modulation/interleaver.h"
#include "dvbs2_phase_repair.h"

#include <stdexcept>

namespace depinsat::waveform {

struct Dvbs2FrameDecoder::Chain {
    Chain(const framing::Modcod& modcod, unsigned max_iterations)
        : constellation(modulation::find_constellation(modcod.constellation)),
          interleaver(modcod.bits_per_symbol, modcod.interleaver),
          ldpc(fec::find_ldpc_code(modcod.fec_code), max_iterations),
          bch(fec::find_bch_code(modcod.fec_code)),
          repair(modcod, constellation)
    {}

    const modulation::Constellation& constellation;
    modulation::BitInterleaver interleaver;
    fec::LdpcDecoder ldpc;
    fec::BchDecoder bch;
    Dvbs2PhaseRepair repair;
};

Dvbs2FrameDecoder::Dvbs2FrameDecoder(unsigned max_iterations) : max_iterations_(max_iterations)
{
    if (max_iterations == 0)
        throw std::invalid_argument("max_iterations must be 1 or more");
}

Dvbs2FrameDecoder::~Dvbs2FrameDecoder() = default;

Dvbs2FrameDecoder::Chain& Dvbs2FrameDecoder::chain(const framing::Modcod& modcod)
{
    auto& chain = chains_[&modcod];
    if (!chain)
        chain = std::make_unique<Chain>(modcod, max_iterations_);
    return *chain;
}

std::optional<unsigned>
Dvbs2FrameDecoder::decode_ldpc(Chain& use, std::span<const Sample> xfecframe, float n0)
{
    modulation::demap(use.constellation, xfecframe, n0, received_);
    use.interleaver.deinterleave(received_, fecframe_);
    return use.ldpc.decode(fecframe_, codeword_);
}

Dvbs2FrameDecoder::Result Dvbs2FrameDecoder::decode(const framing::Modcod& modcod,
                                                    std::span<const Sample> xfecframe,
                                                    float n0)
{
    Chain& use = chain(modcod);
    received_.resize(modcod.fecframe_symbols() * modcod.bits_per_symbol);
    fecframe_.resize(modcod.n_ldpc);
    codeword_.resize(modcod.n_bch / 8);
    xfecframe = xfecframe.first(modcod.fecframe_symbols());
    auto iterations = decode_ldpc(use, xfecframe, n0);
    for (unsigned k = 0; k < kRepairs && !iterations; ++k) {
        const auto repaired = use.repair.repair(xfecframe, codeword_, n0);
        if (repaired.empty())
            break;
        iterations = decode_ldpc(use, repaired, n0);
    }

    Result result;
    result.iterations = iterations.value_or(max_iterations_);
    // What LDPC leaves may be few enough errors for BCH, whose own check then counts.
    const auto corrected = use.bch.decode(codeword_);
    if (!corrected) {
        result.failure = iterations ? Dvbs2Failure::kBch : Dvbs2Failure::kLdpc;
        return result;
    }
    result.corrected = *corrected;
    const auto bbframe = framing::parse_bbframe(std::span(codeword_).first(modcod.k_bch / 8));
    if (!bbframe) {
        result.failure = Dvbs2Failure::kBbHeader;
        return result;
    }
    result.header = bbframe->header;
    result.data_field = bbframe->data_field;
    return result;
}

} // namespace depinsat::waveform
