#include "code_kernels.h"
#include "gnuradio/depinsat/codes.h"

namespace depinsat::blocks {
namespace {

struct Decoder {
    fec::ReedSolomonDecoder decoder;
    std::vector<uint8_t> codeblock{};

    size_t input_size() const { return decoder.code().codeblock_bytes(); }
    size_t output_size() const { return decoder.code().data_bytes(); }
    FrameTag process(std::span<const uint8_t> received, std::span<uint8_t> data)
    {
        codeblock.assign(received.begin(), received.end());
        const auto result = decoder.decode(codeblock);
        std::copy_n(codeblock.begin(), data.size(), data.begin());
        return to_tag(result.value());
    }
};

} // namespace

gr::block_sptr make_reed_solomon_decoder(const fec::ReedSolomonCode& code)
{
    return make_frame_block<uint8_t, uint8_t>("reed_solomon_decoder",
                                              Decoder{fec::ReedSolomonDecoder(code)});
}

} // namespace depinsat::blocks
