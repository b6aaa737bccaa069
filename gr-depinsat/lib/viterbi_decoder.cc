#include "depinsat/fec/viterbi_decoder.h"
#include "code_kernels.h"
#include "depinsat/fec/viterbi_stream.h"
#include "gnuradio/depinsat/codes.h"
#include "stream_block.h"

namespace depinsat::blocks {
namespace {

struct FrameDecoder {
    fec::ViterbiDecoder decoder;
    size_t frame_bytes;

    size_t input_size() const { return terminated_bits(decoder.code(), frame_bytes); }
    size_t output_size() const { return frame_bytes; }
    void process(std::span<const Llr> llrs, std::span<uint8_t> message)
    {
        decoder.decode(llrs, message);
    }
};

struct StreamDecoder {
    fec::ViterbiStreamDecoder decoder;

    void process(std::span<const Llr> llrs, Produced<uint8_t>& out)
    {
        const auto room = out.grow(fec::ViterbiStreamDecoder::most_bytes(llrs.size()));
        out.give_back(room.size() - decoder.decode(llrs, room));
    }
    void finish(Produced<uint8_t>& out)
    {
        const auto room = out.grow(fec::ViterbiStreamDecoder::most_bytes(0));
        out.give_back(room.size() - decoder.finish(false, room));
    }
};

} // namespace

gr::block_sptr make_viterbi_decoder(const std::string& code, unsigned frame_bytes)
{
    require_range("frame_bytes", frame_bytes, 0, kMostFrameBytes);
    const auto& row = fec::find_convolutional_code(code);
    constexpr auto name = "viterbi_decoder";
    if (frame_bytes == 0)
        return make_stream_block<Llr, uint8_t>(name,
                                               StreamDecoder{fec::ViterbiStreamDecoder(row)});
    return make_frame_block<Llr, uint8_t>(
        name, FrameDecoder{fec::ViterbiDecoder(row, frame_bytes), frame_bytes});
}

} // namespace depinsat::blocks
