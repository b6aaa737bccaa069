#include "depinsat/fec/convolutional_encoder.h"
#include "code_kernels.h"
#include "gnuradio/depinsat/codes.h"
#include "stream_block.h"

namespace depinsat::blocks {
namespace {

struct FrameEncoder {
    fec::ConvolutionalEncoder encoder;
    size_t frame_bytes;
    std::vector<uint8_t> packed{};

    size_t input_size() const { return frame_bytes; }
    size_t output_size() const { return terminated_bits(encoder.code(), frame_bytes); }
    void process(std::span<const uint8_t> message, std::span<uint8_t> bits)
    {
        packed.resize(2 * message.size() + 4);
        const size_t written = encoder.encode(message, packed);
        encoder.finish(std::span(packed).subspan(written));
        unpack_bits(packed, bits);
    }
};

struct StreamEncoder {
    fec::ConvolutionalEncoder encoder;
    std::vector<uint8_t> packed{};
    size_t bytes = 0, bits = 0;

    void process(std::span<const uint8_t> message, Produced<uint8_t>& out)
    {
        packed.resize(2 * message.size() + 1);
        bytes += message.size();
        put(8 * encoder.encode(message, packed), out);
    }
    void finish(Produced<uint8_t>& out)
    {
        packed.resize(3);
        encoder.finish(packed);
        put(terminated_bits(encoder.code(), bytes) - bits, out);
    }
    void put(size_t count, Produced<uint8_t>& out)
    {
        unpack_bits(packed, out.grow(count));
        bits += count;
    }
};

} // namespace

gr::block_sptr make_convolutional_encoder(const std::string& code, unsigned frame_bytes)
{
    require_range("frame_bytes", frame_bytes, 0, kMostFrameBytes);
    const fec::ConvolutionalEncoder encoder(fec::find_convolutional_code(code));
    constexpr auto name = "convolutional_encoder";
    if (frame_bytes == 0)
        return make_stream_block<uint8_t, uint8_t>(name, StreamEncoder{encoder});
    return make_frame_block<uint8_t, uint8_t>(name, FrameEncoder{encoder, frame_bytes});
}

} // namespace depinsat::blocks
