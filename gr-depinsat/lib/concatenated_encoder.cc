#include "code_kernels.h"
#include "depinsat/fec/concatenated_code.h"
#include "gnuradio/depinsat/codes.h"

namespace depinsat::blocks {
namespace {

struct Encoder {
    fec::ReedSolomonCode outer;
    fec::ConcatenatedEncoder encoder;
    std::vector<uint8_t> packed{};

    size_t input_size() const { return outer.data_bytes(); }
    size_t output_size() const { return encoder.frame_bits(); }
    void process(std::span<const uint8_t> data, std::span<uint8_t> bits)
    {
        packed.resize(encoder.frame_bytes());
        encoder.encode(data, packed);
        unpack_bits(packed, bits);
    }
};

} // namespace

gr::block_sptr make_concatenated_encoder(const fec::ReedSolomonCode& outer,
                                         const std::string& code)
{
    const auto& inner = fec::find_convolutional_code(code);
    return make_frame_block<uint8_t, uint8_t>(
        "concatenated_encoder", Encoder{outer, fec::ConcatenatedEncoder(outer, inner)});
}

} // namespace depinsat::blocks
