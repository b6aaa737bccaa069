#include "depinsat/fec/turbo_encoder.h"
#include "code_kernels.h"
#include "gnuradio/depinsat/codes.h"

namespace depinsat::blocks {
namespace {

struct Encoder {
    fec::TurboEncoder encoder;
    std::vector<uint8_t> packed{};

    size_t input_size() const { return encoder.code().k / 8; }
    size_t output_size() const { return encoder.code().n; }
    void process(std::span<const uint8_t> message, std::span<uint8_t> bits)
    {
        packed.resize((bits.size() + 7) / 8);
        encoder.encode(message, packed);
        unpack_bits(packed, bits);
    }
};

} // namespace

gr::block_sptr make_turbo_encoder(const std::string& code)
{
    return make_frame_block<uint8_t, uint8_t>(
        "turbo_encoder", Encoder{fec::TurboEncoder(fec::find_turbo_code(code))});
}

} // namespace depinsat::blocks
