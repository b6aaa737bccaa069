#include "depinsat/fec/ldpc_decoder.h"
#include "code_kernels.h"
#include "depinsat/fec/ldpc_code.h"
#include "gnuradio/depinsat/stages.h"

namespace depinsat::blocks {

gr::block_sptr make_ldpc_decoder(const std::string& modcod,
                                 const std::string& frame_size,
                                 unsigned max_iterations)
{
    using Decoder = fec::LdpcDecoder;
    require_range("max_iterations", max_iterations, 1, kMostIterations);
    const auto& code = fec::find_ldpc_code(parse_modcod(modcod, frame_size).fec_code);
    return make_frame_block<Llr, uint8_t>(
        "ldpc_decoder", IterativeDecoder<Decoder>{Decoder(code, max_iterations),
                                                  "ldpc_iterations", "ldpc_failed"});
}

} // namespace depinsat::blocks
