#include "depinsat/fec/ccsds_ldpc_decoder.h"
#include "depinsat/fec/ccsds_ldpc_encoder.h"
#include "depinsat/fec/turbo_decoder.h"
#include "depinsat/fec/turbo_encoder.h"
#include "fer/codecs.h"

namespace depinsat::fer {
namespace {

/// The codes whose encoders and decoders have the same shape.
template <class Encoder, class Decoder>
class IterativeCodec : public Codec
{
public:
    template <class Code>
    IterativeCodec(const Code& code, unsigned iterations)
        : message_bits_(code.k),
          coded_bits_(code.n),
          encoder_(code),
          decoder_(code, iterations),
          max_iterations_(iterations)
    {}

    size_t message_bits() const override { return message_bits_; }
    size_t coded_bits() const override { return coded_bits_; }
    bool iterates() const override { return true; }

    void encode(std::span<const uint8_t> message, std::span<uint8_t> codeword) override
    {
        encoder_.encode(message, codeword.first(bytes_of_bits(coded_bits_)));
    }

    Result decode(std::span<const Llr> llrs, std::span<uint8_t> message) override
    {
        const auto iterations = decoder_.decode(llrs, message);
        return {iterations.has_value(), iterations.value_or(max_iterations_)};
    }

private:
    size_t message_bits_, coded_bits_;
    Encoder encoder_;
    Decoder decoder_;
    unsigned max_iterations_;
};

} // namespace

std::unique_ptr<Codec> make_ccsds_ldpc_codec(const fec::CcsdsLdpcCode& code,
                                             unsigned iterations)
{
    using LdpcCodec = IterativeCodec<fec::CcsdsLdpcEncoder, fec::CcsdsLdpcDecoder>;
    return std::make_unique<LdpcCodec>(code, iterations);
}

std::unique_ptr<Codec> make_turbo_codec(const fec::TurboCode& code, unsigned iterations)
{
    using TurboCodec = IterativeCodec<fec::TurboEncoder, fec::TurboDecoder>;
    return std::make_unique<TurboCodec>(code, iterations);
}

} // namespace depinsat::fer
