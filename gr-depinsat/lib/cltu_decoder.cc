#include "code_kernels.h"
#include "depinsat/fec/cltu.h"
#include "gnuradio/depinsat/codes.h"
#include "stream_block.h"

namespace depinsat::blocks {
namespace {

struct Decoder {
    fec::CltuDecoder decoder;

    static auto to(Produced<uint8_t>& out)
    {
        return [&out](const fec::CltuDecoder::Cltu& cltu) {
            out.tag(kLengthTag, pmt::from_long(long(cltu.data.size())));
            out.tag(cltu.tail ? FrameTag{"cltu_corrected", cltu.corrected}
                              : FrameTag{"cltu_failed"});
            out.append(cltu.data);
        };
    }
    void process(std::span<const uint8_t> octets, Produced<uint8_t>& out)
    {
        decoder.push(octets, to(out));
    }
    void finish(Produced<uint8_t>& out) { decoder.finish(to(out)); }
};

} // namespace

gr::block_sptr
make_cltu_decoder(const std::string& mode, bool randomized, unsigned max_codeblocks)
{
    require_range("max_codeblocks", max_codeblocks, 1, 1 << 20);
    return make_stream_block<uint8_t, uint8_t>(
        "cltu_decoder", Decoder{fec::CltuDecoder(
                            {look_up("mode", kTcModes, mode), randomized, max_codeblocks})});
}

} // namespace depinsat::blocks
