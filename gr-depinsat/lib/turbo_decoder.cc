#include "depinsat/fec/turbo_decoder.h"
#include "code_kernels.h"
#include "gnuradio/depinsat/codes.h"

namespace depinsat::blocks {

gr::block_sptr make_turbo_decoder(const std::string& code, unsigned max_iterations)
{
    using Decoder = fec::TurboDecoder;
    require_range("max_iterations", max_iterations, 1, kMostIterations);
    Decoder decoder(fec::find_turbo_code(code), max_iterations);
    return make_frame_block<Llr, uint8_t>(
        "turbo_decoder",
        IterativeDecoder<Decoder>{std::move(decoder), "turbo_iterations", "turbo_failed"});
}

} // namespace depinsat::blocks
