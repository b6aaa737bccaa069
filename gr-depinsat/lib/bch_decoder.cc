#include "depinsat/fec/bch_decoder.h"
#include "adapters.h"
#include "depinsat/fec/bch_code.h"
#include "gnuradio/depinsat/stages.h"

namespace depinsat::blocks {
namespace {

struct Decoder {
    fec::BchDecoder decoder;
    std::vector<uint8_t> codeword{};

    size_t input_size() const { return decoder.code().n / 8; }
    size_t output_size() const { return decoder.code().k / 8; }
    FrameTag process(std::span<const uint8_t> received, std::span<uint8_t> message)
    {
        codeword.assign(received.begin(), received.end());
        const auto corrected = decoder.decode(codeword);
        std::copy_n(codeword.begin(), message.size(), message.begin());
        return corrected ? FrameTag{"bch_corrected", *corrected} : FrameTag{"bch_failed"};
    }
};

} // namespace

gr::block_sptr make_bch_decoder(const std::string& modcod, const std::string& frame_size)
{
    const auto& code = fec::find_bch_code(parse_modcod(modcod, frame_size).fec_code);
    return make_frame_block<uint8_t, uint8_t>("bch_decoder", Decoder{fec::BchDecoder(code)});
}

} // namespace depinsat::blocks
