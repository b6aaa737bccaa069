#include "adapters.h"
#include "depinsat/fec/tc_bch.h"
#include "gnuradio/depinsat/codes.h"

namespace depinsat::blocks {
namespace {

struct Encoder {
    size_t input_size() const { return fec::kTcBchInformation; }
    size_t output_size() const { return fec::kTcBchCodeblock; }
    void process(std::span<const uint8_t> information, std::span<uint8_t> codeblock)
    {
        std::ranges::copy(information, codeblock.begin());
        codeblock.back() = fec::tc_bch_parity(information.first<fec::kTcBchInformation>());
    }
};

} // namespace

gr::block_sptr make_tc_bch_encoder()
{
    return make_frame_block<uint8_t, uint8_t>("tc_bch_encoder", Encoder{});
}

} // namespace depinsat::blocks
