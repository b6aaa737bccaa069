#include "code_kernels.h"
#include "depinsat/fec/concatenated_code.h"
#include "gnuradio/depinsat/codes.h"

namespace depinsat::blocks {
namespace {

struct Decoder {
    fec::ReedSolomonCode outer;
    const fec::ConvolutionalCode& inner;
    fec::ConcatenatedDecoder decoder;

    size_t input_size() const { return terminated_bits(inner, outer.codeblock_bytes()); }
    size_t output_size() const { return outer.data_bytes(); }
    FrameTag process(std::span<const Llr> llrs, std::span<uint8_t> data)
    {
        return to_tag(decoder.decode(llrs, data).value());
    }
};

} // namespace

gr::block_sptr make_concatenated_decoder(const fec::ReedSolomonCode& outer,
                                         const std::string& code)
{
    const auto& inner = fec::find_convolutional_code(code);
    return make_frame_block<Llr, uint8_t>(
        "concatenated_decoder", Decoder{outer, inner, fec::ConcatenatedDecoder(outer, inner)});
}

} // namespace depinsat::blocks
