#include "depinsat/fec/ldpc_decoder.h"
#include "adapters.h"
#include "depinsat/fec/ldpc_code.h"
#include "gnuradio/depinsat/stages.h"

namespace depinsat::blocks {
namespace {

struct Decoder {
    fec::LdpcDecoder decoder;

    size_t input_size() const { return decoder.code().n; }
    size_t output_size() const { return decoder.code().k / 8; }
    FrameTag process(std::span<const Llr> codeword, std::span<uint8_t> message)
    {
        const auto iterations = decoder.decode(codeword, message);
        return iterations ? FrameTag{"ldpc_iterations", *iterations} : FrameTag{"ldpc_failed"};
    }
};

} // namespace

gr::block_sptr make_ldpc_decoder(const std::string& modcod,
                                 const std::string& frame_size,
                                 unsigned max_iterations)
{
    require_range("max_iterations", max_iterations, 1, 1000);
    const auto& code = fec::find_ldpc_code(parse_modcod(modcod, frame_size).fec_code);
    return make_frame_block<Llr, uint8_t>("ldpc_decoder",
                                          Decoder{fec::LdpcDecoder(code, max_iterations)});
}

} // namespace depinsat::blocks
