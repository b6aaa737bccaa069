#include "depinsat/modulation/demapper.h"
#include "adapters.h"
#include "depinsat/modulation/interleaver.h"
#include "gnuradio/depinsat/stages.h"

#include <cmath>

namespace depinsat::blocks {
namespace {

struct Demapper {
    const framing::Modcod& modcod;
    float n0;
    const modulation::Constellation& constellation;
    modulation::BitInterleaver interleaver;
    std::vector<Llr> llrs;

    size_t input_size() const { return modcod.xfecframe_symbols(); }
    size_t output_size() const { return modcod.n_ldpc; }
    void process(std::span<const Sample> symbols, std::span<Llr> fecframe)
    {
        modulation::demap(constellation, symbols.first(modcod.fecframe_symbols()), n0, llrs);
        interleaver.deinterleave(llrs, fecframe);
    }
};

} // namespace

gr::block_sptr
make_demapper(const std::string& modcod, const std::string& frame_size, double esn0_db)
{
    require_range("esn0_db", esn0_db, -20, 60);
    const auto& row = parse_modcod(modcod, frame_size);
    return make_frame_block<Sample, Llr>(
        "demapper", Demapper{row, float(std::pow(10, -esn0_db / 10)),
                             modulation::find_constellation(row.constellation),
                             modulation::BitInterleaver(row.bits_per_symbol, row.interleaver),
                             std::vector<Llr>(row.fecframe_symbols() * row.bits_per_symbol)});
}

} // namespace depinsat::blocks
