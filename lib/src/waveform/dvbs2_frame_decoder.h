#pragma once

#include "depinsat/core/types.h"
#include "depinsat/framing/modcod.h"
#include "depinsat/waveform/dvbs2_receiver.h"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::waveform {

/// From the symbols of an XFECFRAME to the data field: demapper, interleaver, LDPC, BCH,
/// BBHEADER.
///
/// Phase     of a frame that fails is looked at again against what LDPC decided; if stretches
///           are turned, they are turned back and decoded again, kRepairs times at most.
/// Memory    decoders of a MODCOD are made when it is met first, and kept.
class Dvbs2FrameDecoder
{
public:
    static constexpr unsigned kRepairs = 3;

    /// @throws std::invalid_argument if max_iterations is 0.
    explicit Dvbs2FrameDecoder(unsigned max_iterations);
    ~Dvbs2FrameDecoder();

    struct Result {
        Dvbs2Failure failure = Dvbs2Failure::kNone;
        unsigned iterations = 0;
        unsigned corrected = 0;
        framing::BbHeader header;
        std::span<const uint8_t> data_field; ///< until the next call
    };

    /// @param xfecframe  of mean power 1.
    /// @param n0         noise power per symbol.
    Result decode(const framing::Modcod&, std::span<const Sample> xfecframe, float n0);

private:
    struct Chain;

    Chain& chain(const framing::Modcod&);
    std::optional<unsigned> decode_ldpc(Chain&, std::span<const Sample> xfecframe, float n0);

    unsigned max_iterations_;
    std::map<const framing::Modcod*, std::unique_ptr<Chain>> chains_;
    std::vector<Llr> received_, fecframe_;
    std::vector<uint8_t> codeword_;
};

} // namespace depinsat::waveform
