#include "depinsat/fec/bch_decoder.h"
#include "depinsat/fec/bch_encoder.h"
#include "depinsat/fec/ldpc_decoder.h"
#include "depinsat/fec/ldpc_encoder.h"
#include "fer/codecs.h"

#include <algorithm>

namespace depinsat::fer {
namespace {

class DvbCodec : public Codec
{
public:
    DvbCodec(std::string_view code, unsigned iterations)
        : bch_(fec::find_bch_code(code)),
          bch_decoder_(bch_.code()),
          ldpc_(fec::find_ldpc_code(code)),
          ldpc_decoder_(ldpc_.code(), iterations),
          max_iterations_(iterations),
          outer_(ldpc_.code().k / 8),
          fecframe_(ldpc_.code().n / 8),
          llrs_(ldpc_.code().n, Llr{kLlrMax})
    {}

    size_t message_bits() const override { return bch_.code().k; }
    size_t coded_bits() const override { return ldpc_.code().n - shortened(); }
    bool iterates() const override { return true; }

    void encode(std::span<const uint8_t> message, std::span<uint8_t> codeword) override
    {
        bch_.encode(message, std::span(outer_).first(bch_bytes()));
        ldpc_.encode(outer_, fecframe_);
        std::copy_n(fecframe_.begin(), bch_bytes(), codeword.begin());
        std::copy(fecframe_.begin() + ptrdiff_t(outer_.size()), fecframe_.end(),
                  codeword.begin() + ptrdiff_t(bch_bytes()));
    }

    Result decode(std::span<const Llr> llrs, std::span<uint8_t> message) override
    {
        std::optional<unsigned> iterations;
        if (shortened() == 0) {
            iterations = ldpc_decoder_.decode(llrs, outer_);
        } else { // between message and parity, zeros are known
            std::copy_n(llrs.begin(), bch_.code().n, llrs_.begin());
            std::copy(llrs.begin() + bch_.code().n, llrs.end(), llrs_.begin() + ldpc_.code().k);
            iterations = ldpc_decoder_.decode(llrs_, outer_);
        }
        const auto codeword = std::span(outer_).first(bch_bytes());
        const bool decoded = bch_decoder_.decode(codeword).has_value();
        std::copy_n(codeword.begin(), message.size(), message.begin());
        if (message_bits() % 8 != 0) // parity follows within the byte
            message.back() &= uint8_t(0xFF00 >> message_bits() % 8);
        return {decoded, iterations.value_or(max_iterations_)};
    }

private:
    unsigned shortened() const { return ldpc_.code().k - bch_.code().n; } ///< whole bytes
    size_t bch_bytes() const { return bch_.code().n / 8; }

    fec::BchEncoder bch_;
    fec::BchDecoder bch_decoder_;
    fec::LdpcEncoder ldpc_;
    fec::LdpcDecoder ldpc_decoder_;
    unsigned max_iterations_;
    std::vector<uint8_t> outer_; ///< message of the LDPC code
    std::vector<uint8_t> fecframe_;
    std::vector<Llr> llrs_; ///< of a shortened code; what is not sent is certain
};

} // namespace

std::unique_ptr<Codec> make_dvb_codec(std::string_view code, unsigned iterations)
{
    return std::make_unique<DvbCodec>(code, iterations);
}

} // namespace depinsat::fer
