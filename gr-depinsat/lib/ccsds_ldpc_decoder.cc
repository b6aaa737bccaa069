#include "depinsat/fec/ccsds_ldpc_decoder.h"
#include "code_kernels.h"
#include "gnuradio/depinsat/codes.h"

namespace depinsat::blocks {

gr::block_sptr make_ccsds_ldpc_decoder(const std::string& code, unsigned max_iterations)
{
    using Decoder = fec::CcsdsLdpcDecoder;
    require_range("max_iterations", max_iterations, 1, kMostIterations);
    Decoder decoder(fec::find_ccsds_ldpc_code(code), max_iterations);
    return make_frame_block<Llr, uint8_t>(
        "ccsds_ldpc_decoder",
        IterativeDecoder<Decoder>{std::move(decoder), "ldpc_iterations", "ldpc_failed"});
}

} // namespace depinsat::blocks
