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
        std::fill_n(outer_.begin(), shortened() / 8, uint8_t(0)); // decode() writes there, too
        bch_.encode(message, bch_codeword());
        ldpc_.encode(outer_, fecframe_);
        std::ranges::copy(std::span(fecframe_).subspan(shortened() / 8), codeword.begin());
    }

    Result decode(std::span<const Llr> llrs, std::span<uint8_t> message) override
    {
        std::ranges::copy(llrs, llrs_.begin() + shortened());
        const auto iterations = ldpc_decoder_.decode(llrs_, outer_);
        const auto codeword = bch_codeword();
        const bool decoded = bch_decoder_.decode(codeword).has_value();
        std::copy_n(codeword.begin(), message.size(), message.begin());
        if (message_bits() % 8 != 0) // parity follows within the byte
            message.back() &= uint8_t(0xFF00 >> message_bits() % 8);
        return {decoded, iterations.value_or(max_iterations_)};
    }

private:
    /// Bits in front that are zeros and not sent: whole bytes.
    unsigned shortened() const { return ldpc_.code().k - bch_.code().n; }
    std::span<uint8_t> bch_codeword() { return std::span(outer_).subspan(shortened() / 8); }

    fec::BchEncoder bch_;
    fec::BchDecoder bch_decoder_;
    fec::LdpcEncoder ldpc_;
    fec::LdpcDecoder ldpc_decoder_;
    unsigned max_iterations_;
    std::vector<uint8_t> outer_; ///< message of the LDPC code
    std::vector<uint8_t> fecframe_;
    std::vector<Llr> llrs_; ///< of the whole FECFRAME; what is not sent is certain
};

} // namespace

std::unique_ptr<Codec> make_dvb_codec(std::string_view code, unsigned iterations)
{
    return std::make_unique<DvbCodec>(code, iterations);
}

} // namespace depinsat::fer
