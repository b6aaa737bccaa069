#include "dvbs2_vlsnr_mapper.h"

#include "depinsat/core/bits.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace depinsat::waveform {
namespace {

constexpr float kHalf = 0.70710678118654752f;

Llr quantise(double value)
{
    return Llr::saturate(int(std::lround(std::clamp(value, -1e6, 1e6))));
}

} // namespace

void Dvbs2VlSnrMapper::prepare(const framing::Modcod& modcod)
{
    bits_.reserve(modcod.n_ldpc);
    sent_.reserve(framing::vlsnr_sent_bits(modcod));
    symbols_.reserve(framing::vlsnr_data_symbols(modcod.slots));
}

void Dvbs2VlSnrMapper::map(const framing::Modcod& modcod,
                           std::span<const uint8_t> fecframe,
                           const framing::PlScrambler& scrambler,
                           std::span<Sample> payload)
{
    bits_.resize(modcod.n_ldpc);
    unpack_bits(fecframe, bits_);
    sent_.resize(framing::vlsnr_sent_bits(modcod));
    framing::vlsnr_puncture(modcod, bits_, sent_);
    symbols_.resize(framing::vlsnr_data_symbols(modcod.slots));
    const unsigned spreading = modcod.vlsnr->spreading;
    for (size_t i = 0; i < symbols_.size(); ++i)
        symbols_[i] = modcod.bits_per_symbol == 2 ? Sample{sent_[2 * i] ? -kHalf : kHalf,
                                                           sent_[2 * i + 1] ? -kHalf : kHalf}
                                                  : framing::pi2_bpsk(i, sent_[i / spreading]);
    framing::write_vlsnr_payload(modcod, scrambler, symbols_, payload);
}

void Dvbs2VlSnrMapper::demap(const framing::Modcod& modcod,
                             std::span<const Sample> data,
                             float n0,
                             std::span<Llr> llrs)
{
    assert(data.size() == framing::vlsnr_data_symbols(modcod.slots));
    llrs_.resize(framing::vlsnr_sent_bits(modcod));
    const double scale = 4 * kLlrScale / n0;
    const unsigned spreading = modcod.vlsnr->spreading;
    if (modcod.bits_per_symbol == 2) {
        for (size_t i = 0; i < data.size(); ++i) {
            llrs_[2 * i] = quantise(scale * kHalf * data[i].real());
            llrs_[2 * i + 1] = quantise(scale * kHalf * data[i].imag());
        }
    } else {
        for (size_t i = 0; i < llrs_.size(); ++i) {
            double sum = 0;
            for (size_t k = i * spreading; k < (i + 1) * spreading; ++k) {
                const Sample zero = framing::pi2_bpsk(k, false);
                sum += data[k].real() * zero.real() + data[k].imag() * zero.imag();
            }
            llrs_[i] = quantise(scale * sum);
        }
    }
    framing::vlsnr_depuncture(modcod, llrs_, llrs);
}

} // namespace depinsat::waveform
