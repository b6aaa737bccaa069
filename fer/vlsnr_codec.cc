#include "depinsat/core/bits.h"
#include "depinsat/fec/bch_decoder.h"
#include "depinsat/fec/bch_encoder.h"
#include "depinsat/fec/ldpc_decoder.h"
#include "depinsat/fec/ldpc_encoder.h"
#include "depinsat/framing/vlsnr.h"
#include "fer/codecs.h"

#include <algorithm>

namespace depinsat::fer {
namespace {

class VlSnrCodec : public Codec
{
public:
    VlSnrCodec(const framing::Modcod& modcod, unsigned iterations)
        : modcod_(modcod),
          bch_(fec::find_bch_code(modcod.fec_code)),
          bch_decoder_(bch_.code()),
          ldpc_(fec::find_ldpc_code(modcod.fec_code)),
          ldpc_decoder_(ldpc_.code(), iterations),
          max_iterations_(iterations),
          fecframe_(modcod.n_ldpc / 8),
          information_(ldpc_.code().k / 8),
          bits_(modcod.n_ldpc),
          sent_(framing::vlsnr_sent_bits(modcod)),
          spread_(bytes_of_bits(coded_bits()) * 8),
          received_(sent_.size()),
          llrs_(modcod.n_ldpc)
    {}

    size_t message_bits() const override { return modcod_.k_bch; }
    size_t coded_bits() const override { return sent_.size() * modcod_.vlsnr->spreading; }
    bool iterates() const override { return true; }

    void encode(std::span<const uint8_t> message, std::span<uint8_t> codeword) override
    {
        std::ranges::fill(fecframe_, uint8_t(0));
        const auto information = std::span(fecframe_).first(information_.size());
        std::ranges::copy(message, message_in(information).begin());
        const auto bch = information.last(bch_.code().n / 8);
        bch_.encode(bch.first(fec::message_bytes(bch_.code())), bch);
        ldpc_.encode(information, fecframe_);
        unpack_bits(fecframe_, bits_);
        framing::vlsnr_puncture(modcod_, bits_, sent_);
        for (size_t i = 0; i < coded_bits(); ++i)
            spread_[i] = sent_[i / modcod_.vlsnr->spreading];
        pack_bits(spread_, codeword.first(bytes_of_bits(coded_bits())));
    }

    Result decode(std::span<const Llr> llrs, std::span<uint8_t> message) override
    {
        const size_t spreading = modcod_.vlsnr->spreading;
        for (size_t i = 0; i < received_.size(); ++i) {
            int sum = 0;
            for (const Llr llr : llrs.subspan(i * spreading, spreading))
                sum += llr.value;
            received_[i] = Llr::saturate(sum);
        }
        framing::vlsnr_depuncture(modcod_, received_, llrs_);
        const auto iterations = ldpc_decoder_.decode(llrs_, information_);
        const auto bch = std::span(information_).last(bch_.code().n / 8);
        const bool decoded = bch_decoder_.decode(bch).has_value();
        std::ranges::copy(message_in(information_), message.begin());
        if (message_bits() % 8 != 0) // parity follows within the byte
            message.back() &= uint8_t(0xFF00 >> message_bits() % 8);
        return {decoded, iterations.value_or(max_iterations_)};
    }

private:
    /// Behind the zeros by which the code is shortened.
    std::span<uint8_t> message_in(std::span<uint8_t> information) const
    {
        return information.subspan(modcod_.vlsnr->shortened / 8, bytes_of_bits(message_bits()));
    }

    const framing::Modcod& modcod_;
    fec::BchEncoder bch_;
    fec::BchDecoder bch_decoder_;
    fec::LdpcEncoder ldpc_;
    fec::LdpcDecoder ldpc_decoder_;
    unsigned max_iterations_;
    std::vector<uint8_t> fecframe_, information_; ///< packed
    std::vector<uint8_t> bits_, sent_, spread_;   ///< one a byte
    std::vector<Llr> received_, llrs_;
};

} // namespace

std::unique_ptr<Codec> make_vlsnr_codec(const framing::Modcod& modcod, unsigned iterations)
{
    return std::make_unique<VlSnrCodec>(modcod, iterations);
}

} // namespace depinsat::fer
