#include "code_kernels.h"
#include "gnuradio/depinsat/codes.h"

#include <array>

namespace depinsat::blocks {
namespace {

struct Decoder {
    fec::TcBchMode mode;
    std::array<uint8_t, fec::kTcBchCodeblock> codeblock{};

    size_t input_size() const { return fec::kTcBchCodeblock; }
    size_t output_size() const { return fec::kTcBchInformation; }
    FrameTag process(std::span<const uint8_t> received, std::span<uint8_t> information)
    {
        std::ranges::copy(received, codeblock.begin());
        const auto corrected = fec::tc_bch_decode(codeblock, mode);
        std::copy_n(codeblock.begin(), information.size(), information.begin());
        return corrected ? FrameTag{"bch_corrected", *corrected} : FrameTag{"bch_failed"};
    }
};

} // namespace

gr::block_sptr make_tc_bch_decoder(const std::string& mode)
{
    return make_frame_block<uint8_t, uint8_t>("tc_bch_decoder",
                                              Decoder{look_up("mode", kTcModes, mode)});
}

} // namespace depinsat::blocks
