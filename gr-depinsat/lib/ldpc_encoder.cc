#include "depinsat/fec/ldpc_encoder.h"
#include "code_kernels.h"
#include "depinsat/fec/ldpc_code.h"
#include "gnuradio/depinsat/stages.h"

namespace depinsat::blocks {

gr::block_sptr make_ldpc_encoder(const std::string& modcod, const std::string& frame_size)
{
    using Encoder = fec::LdpcEncoder;
    const auto& code = fec::find_ldpc_code(parse_modcod(modcod, frame_size).fec_code);
    return make_frame_block<uint8_t, uint8_t>("ldpc_encoder",
                                              PackedEncoder<Encoder>{Encoder(code)});
}

} // namespace depinsat::blocks
