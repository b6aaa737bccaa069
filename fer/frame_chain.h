#pragma once

#include "depinsat/framing/modcod.h"
#include "depinsat/modulation/constellation.h"
#include "depinsat/modulation/interleaver.h"
#include "fer/codec.h"

#include <string_view>

namespace depinsat::fer {

/// What a frame is made of.
struct ChainPlan {
    CodecSettings codec;
    std::string constellation; ///< "BPSK", which pi/2-BPSK equals here, or a name of
                               ///< modulation::constellations()
    std::string interleaver;   ///< read order, as framing::Modcod says; of a code alone: none
    const framing::Modcod* vlsnr = nullptr; ///< of VL-SNR: what is done to the code
};

/// Names that a modulation may have: "BPSK", "QPSK", "8PSK", "16APSK" (of rate 3/4), "32APSK"
/// (of rate 4/5), and those of modulation::constellations().
std::vector<std::string> modulation_names();

/// A code alone.
/// @throws std::invalid_argument naming the allowed values.
ChainPlan plan_of_code(const CodecSettings& settings, std::string_view modulation = "QPSK");

/// @param frame_size  "normal", "medium" or "short".
/// @throws std::invalid_argument naming the allowed values.
const framing::Modcod& find_modcod(std::string_view modcod, std::string_view frame_size);

/// @throws std::invalid_argument as find_modcod().
ChainPlan
plan_of_modcod(std::string_view modcod, std::string_view frame_size, unsigned iterations = 50);

/// One frame from message to symbols, and back.
///
/// Standard  EN 302 307-1, clauses 5.3 and 5.4, of a MODCOD; no scrambling, no PLFRAME. BPSK
///           sends bit 0 as 1 and bit 1 as -1.
/// Threads   one object per thread.
class FrameChain
{
public:
    /// @throws std::invalid_argument if a name or a setting is wrong.
    explicit FrameChain(const ChainPlan& plan);

    size_t message_bits() const { return codec_->message_bits(); }
    size_t symbols() const
    {
        const unsigned bits = constellation_.bits_per_symbol;
        return (codec_->coded_bits() + bits - 1) / bits;
    }
    bool iterates() const { return codec_->iterates(); }

    /// Es/N0 less Eb/N0, where Eb counts information bits.
    double esn0_over_ebn0_db() const;

    /// @param message  message_bits(), packed.
    /// @param symbols  symbols(), mean power 1.
    void encode(std::span<const uint8_t> message, std::span<Sample> symbols);

    /// @param n0       noise power per symbol that the demapper believes.
    /// @param message  the best guess; bits beyond message_bits() are zero.
    Codec::Result decode(std::span<const Sample> symbols, float n0, std::span<uint8_t> message);

private:
    std::unique_ptr<Codec> codec_;
    const modulation::Constellation& constellation_;
    modulation::BitInterleaver interleaver_;
    bool interleaved_;
    std::vector<uint8_t> codeword_, labels_;
    std::vector<Llr> received_, llrs_;
};

} // namespace depinsat::fer
