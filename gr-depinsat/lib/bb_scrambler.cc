#include "depinsat/framing/bb_scrambler.h"
#include "adapters.h"
#include "gnuradio/depinsat/stages.h"

namespace depinsat::blocks {
namespace {

struct Scrambler {
    const framing::Modcod& modcod;

    size_t input_size() const { return modcod.k_bch / 8; }
    size_t output_size() const { return modcod.k_bch / 8; }
    void process(std::span<const uint8_t> in, std::span<uint8_t> out)
    {
        std::copy(in.begin(), in.end(), out.begin());
        framing::bb_scramble(out);
    }
};

} // namespace

gr::block_sptr make_bb_scrambler(const std::string& modcod, const std::string& frame_size)
{
    return make_frame_block<uint8_t, uint8_t>("bb_scrambler",
                                              Scrambler{parse_modcod(modcod, frame_size)});
}

} // namespace depinsat::blocks
