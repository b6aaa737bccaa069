#include "depinsat/fec/ldpc_encoder.h"
#include "adapters.h"
#include "depinsat/fec/ldpc_code.h"
#include "gnuradio/depinsat/stages.h"

namespace depinsat::blocks {
namespace {

struct Encoder {
    fec::LdpcEncoder encoder;

    size_t input_size() const { return encoder.code().k / 8; }
    size_t output_size() const { return encoder.code().n / 8; }
    void process(std::span<const uint8_t> message, std::span<uint8_t> codeword)
    {
        encoder.encode(message, codeword);
    }
};

} // namespace

gr::block_sptr make_ldpc_encoder(const std::string& modcod, const std::string& frame_size)
{
    const auto& code = fec::find_ldpc_code(parse_modcod(modcod, frame_size).fec_code);
    return make_frame_block<uint8_t, uint8_t>("ldpc_encoder", Encoder{fec::LdpcEncoder(code)});
}

} // namespace depinsat::blocks
