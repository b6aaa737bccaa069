#include "depinsat/fec/ccsds_ldpc_encoder.h"
#include "code_kernels.h"
#include "gnuradio/depinsat/codes.h"

namespace depinsat::blocks {

gr::block_sptr make_ccsds_ldpc_encoder(const std::string& code)
{
    using Encoder = fec::CcsdsLdpcEncoder;
    return make_frame_block<uint8_t, uint8_t>(
        "ccsds_ldpc_encoder", PackedEncoder<Encoder>{Encoder(fec::find_ccsds_ldpc_code(code))});
}

} // namespace depinsat::blocks
