#include "adapters.h"
#include "depinsat/fec/reed_solomon.h"
#include "gnuradio/depinsat/codes.h"

namespace depinsat::blocks {
namespace {

struct Encoder {
    fec::ReedSolomonEncoder encoder;

    size_t input_size() const { return encoder.code().data_bytes(); }
    size_t output_size() const { return encoder.code().codeblock_bytes(); }
    void process(std::span<const uint8_t> data, std::span<uint8_t> codeblock)
    {
        encoder.encode(data, codeblock);
    }
};

} // namespace

gr::block_sptr make_reed_solomon_encoder(const fec::ReedSolomonCode& code)
{
    return make_frame_block<uint8_t, uint8_t>("reed_solomon_encoder",
                                              Encoder{fec::ReedSolomonEncoder(code)});
}

} // namespace depinsat::blocks
