#include "fer/frame_chain.h"

#include "depinsat/modulation/demapper.h"
#include "depinsat/modulation/mapper.h"
#include "fer/codecs.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace depinsat::fer {
namespace {

// DVB-S2 has no BPSK, so modulation/ has none.
constexpr std::array<Sample, 2> kBpskPoints{Sample(1, 0), Sample(-1, 0)};
constexpr modulation::Constellation kBpsk{"BPSK", 1, kBpskPoints};

// Rings of the middle of the table, for a code of any rate.
constexpr std::pair<const char*, const char*> kShortNames[] = {{"16APSK", "4+12APSK 3/4"},
                                                               {"32APSK", "4+12+16APSK 4/5"}};

const modulation::Constellation& find_constellation(std::string_view name)
{
    return name == kBpsk.name ? kBpsk : modulation::find_constellation(name);
}

/// log(P(0) / P(1)) is 4 Re(y) / N0: exact, like QPSK.
void demap_any(const modulation::Constellation& constellation,
               std::span<const Sample> symbols,
               float n0,
               std::span<Llr> llrs)
{
    if (constellation.bits_per_symbol > 1)
        return modulation::demap(constellation, symbols, n0, llrs);
    const float scale = 4 * kLlrScale / std::max(n0, modulation::kLeastNoisePower);
    for (size_t i = 0; i < symbols.size(); ++i)
        llrs[i].value = int8_t(
            std::lrint(std::clamp(symbols[i].real() * scale, float(-kLlrMax), float(kLlrMax))));
}

std::string constellation_of(std::string_view modulation)
{
    for (const auto& [name, constellation] : kShortNames)
        if (modulation == name)
            return constellation;
    const auto names = modulation_names();
    if (std::ranges::find(names, modulation) != names.end())
        return std::string(modulation);
    std::string allowed;
    for (const auto& name : names)
        allowed += (allowed.empty() ? "" : ", ") + name;
    throw std::invalid_argument("unknown modulation \"" + std::string(modulation) +
                                "\"; allowed: " + allowed);
}

} // namespace

std::vector<std::string> modulation_names()
{
    std::vector<std::string> names{std::string(kBpsk.name)};
    for (const auto& constellation : modulation::constellations())
        names.emplace_back(constellation.name);
    for (const auto& [name, constellation] : kShortNames)
        names.emplace_back(name);
    return names;
}

ChainPlan plan_of_code(const CodecSettings& settings, std::string_view modulation)
{
    return {settings, constellation_of(modulation), ""};
}

const framing::Modcod& find_modcod(std::string_view modcod, std::string_view frame_size)
{
    using framing::FrameSize;
    for (const auto size : {FrameSize::kNormal, FrameSize::kMedium, FrameSize::kShort})
        if (frame_size == framing::to_string(size))
            return framing::find_modcod(modcod, size);
    throw std::invalid_argument("unknown frame size \"" + std::string(frame_size) +
                                "\"; allowed: normal, medium, short");
}

ChainPlan
plan_of_modcod(std::string_view modcod, std::string_view frame_size, unsigned iterations)
{
    const auto& row = find_modcod(modcod, frame_size);
    return {{.code = std::string(row.fec_code), .iterations = iterations},
            std::string(row.bits_per_symbol == 1 ? kBpsk.name : row.constellation),
            std::string(row.interleaver),
            row.vlsnr ? &row : nullptr};
}

FrameChain::FrameChain(const ChainPlan& plan)
    : codec_(plan.vlsnr ? make_vlsnr_codec(*plan.vlsnr, plan.codec.iterations)
                        : make_codec(plan.codec)),
      constellation_(find_constellation(plan.constellation)),
      interleaver_(constellation_.bits_per_symbol, plan.interleaver),
      interleaved_(!plan.interleaver.empty())
{
    const unsigned bits = constellation_.bits_per_symbol;
    const size_t coded = codec_->coded_bits();
    if (interleaved_ && coded % 8 != 0)
        throw std::invalid_argument("code \"" + plan.codec.code +
                                    "\" does not fill whole bytes, which " +
                                    plan.constellation + " is interleaved in");
    // Whole symbols of whole bytes; what is more than symbols() is not sent.
    codeword_.resize(bytes_of_bits(coded));
    labels_.resize((8 * codeword_.size() + bits - 1) / bits);
    received_.resize(symbols() * bits);
    llrs_.resize(interleaved_ ? coded : 0);
}

double FrameChain::esn0_over_ebn0_db() const
{
    const double rate = double(message_bits()) / double(codec_->coded_bits());
    return 10 * std::log10(rate * constellation_.bits_per_symbol);
}

void FrameChain::encode(std::span<const uint8_t> message, std::span<Sample> symbols)
{
    assert(symbols.size() == this->symbols());
    codec_->encode(message, codeword_);
    interleaver_.interleave(codeword_, labels_);
    modulation::map_labels(constellation_, std::span(labels_).first(symbols.size()), symbols);
}

Codec::Result
FrameChain::decode(std::span<const Sample> symbols, float n0, std::span<uint8_t> message)
{
    assert(message.size() == bytes_of_bits(message_bits()));
    demap_any(constellation_, symbols, n0, received_);
    if (interleaved_)
        interleaver_.deinterleave(received_, llrs_);
    const std::span<const Llr> llrs = interleaved_ ? llrs_ : received_;
    return codec_->decode(llrs.first(codec_->coded_bits()), message);
}

} // namespace depinsat::fer
