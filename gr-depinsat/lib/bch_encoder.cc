#include "depinsat/fec/bch_encoder.h"
#include "adapters.h"
#include "depinsat/fec/bch_code.h"
#include "gnuradio/depinsat/stages.h"

namespace depinsat::blocks {
namespace {

struct Encoder {
    fec::BchEncoder encoder;

    size_t input_size() const { return encoder.code().k / 8; }
    size_t output_size() const { return encoder.code().n / 8; }
    void process(std::span<const uint8_t> message, std::span<uint8_t> codeword)
    {
        encoder.encode(message, codeword);
    }
};

} // namespace

gr::block_sptr make_bch_encoder(const std::string& modcod, const std::string& frame_size)
{
    const auto& code = fec::find_bch_code(parse_modcod(modcod, frame_size).fec_code);
    return make_frame_block<uint8_t, uint8_t>("bch_encoder", Encoder{fec::BchEncoder(code)});
}

} // namespace depinsat::blocks
