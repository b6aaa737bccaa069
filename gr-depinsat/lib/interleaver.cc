#include "depinsat/modulation/interleaver.h"
#include "adapters.h"
#include "gnuradio/depinsat/stages.h"

namespace depinsat::blocks {
namespace {

struct Interleaver {
    const framing::Modcod& modcod;
    modulation::BitInterleaver interleaver;

    size_t input_size() const { return modcod.n_ldpc / 8; }
    size_t output_size() const { return modcod.xfecframe_symbols(); }
    void process(std::span<const uint8_t> fecframe, std::span<uint8_t> labels)
    {
        interleaver.interleave(fecframe, labels);
    }
};

} // namespace

gr::block_sptr make_interleaver(const std::string& modcod, const std::string& frame_size)
{
    const auto& row = parse_modcod(modcod, frame_size);
    return make_frame_block<uint8_t, uint8_t>(
        "interleaver",
        Interleaver{row, modulation::BitInterleaver(row.bits_per_symbol, row.interleaver)});
}

} // namespace depinsat::blocks
