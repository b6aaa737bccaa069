#pragma once

#include "depinsat/fec/bch_decoder.h"
#include "depinsat/fec/bch_encoder.h"
#include "depinsat/fec/ldpc_decoder.h"
#include "depinsat/fec/ldpc_encoder.h"
#include "depinsat/modulation/constellation.h"
#include "depinsat/modulation/interleaver.h"

#include <string>
#include <string_view>

namespace depinsat::fer {

/// What a frame is made of.
struct ChainPlan {
    std::string code;          ///< of LDPC and BCH: "s2_normal_1-2"
    std::string constellation; ///< "QPSK", "8PSK"
    std::string interleaver;   ///< read order, as framing::Modcod says
};

/// A code alone, sent as Gray-mapped QPSK.
/// @throws std::invalid_argument if there is no such code, or if it is sent shortened only.
ChainPlan plan_of_code(std::string_view code);

/// @param frame_size  "normal" or "short".
/// @throws std::invalid_argument naming the allowed values.
ChainPlan plan_of_modcod(std::string_view modcod, std::string_view frame_size);

/// One frame from message to symbols, and back.
///
/// Standard  EN 302 307-1, clauses 5.3 and 5.4; no scrambling, no PLFRAME.
class FrameChain
{
public:
    /// @throws std::invalid_argument if a name is unknown or max_iterations is 0.
    FrameChain(const ChainPlan& plan, unsigned max_iterations);

    size_t message_bits() const { return bch_.code().k; }
    size_t symbols() const { return ldpc_.code().n / constellation_.bits_per_symbol; }

    /// @param message  message_bits(), packed.
    /// @param symbols  symbols(), mean power 1.
    void encode(std::span<const uint8_t> message, std::span<Sample> symbols);

    struct Result {
        bool decoded;        ///< LDPC or, where it failed, BCH says that the message is right
        unsigned iterations; ///< of LDPC
    };

    /// @param n0       noise power per symbol that the demapper believes.
    /// @param message  the best guess; bits beyond message_bits() are zero.
    Result decode(std::span<const Sample> symbols, float n0, std::span<uint8_t> message);

private:
    const modulation::Constellation& constellation_;
    modulation::BitInterleaver interleaver_;
    fec::BchEncoder bch_;
    fec::BchDecoder bch_decoder_;
    fec::LdpcEncoder ldpc_;
    fec::LdpcDecoder ldpc_decoder_;
    unsigned max_iterations_;
    std::vector<uint8_t> outer_, fecframe_, labels_;
    std::vector<Llr> received_, llrs_;
};

} // namespace depinsat::fer
