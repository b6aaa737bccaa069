#include "adapters.h"
#include "depinsat/framing/pl_scrambler.h"
#include "depinsat/framing/plframe.h"
#include "depinsat/framing/plheader.h"
#include "gnuradio/depinsat/stages.h"

namespace depinsat::blocks {
namespace {

struct Framer {
    const framing::Modcod& modcod;
    bool pilots;
    framing::PlScrambler scrambler;

    size_t input_size() const { return modcod.slots * framing::kSlotSymbols; }
    size_t output_size() const { return framing::plframe_symbols(modcod.slots, pilots); }
    void process(std::span<const Sample> xfecframe, std::span<Sample> plframe)
    {
        framing::write_plheader(uint8_t(modcod.pls_code + pilots),
                                plframe.first<framing::kPlHeaderSymbols>());
        const auto payload = plframe.subspan(framing::kPlHeaderSymbols);
        if (pilots)
            framing::insert_pilots(xfecframe, payload);
        else
            std::ranges::copy(xfecframe, payload.begin());
        scrambler.scramble(payload, payload);
    }
};

} // namespace

gr::block_sptr make_plframer(const std::string& modcod,
                             const std::string& frame_size,
                             bool pilots,
                             unsigned pl_scrambling_n)
{
    require_range("pl_scrambling_n", pl_scrambling_n, 0, framing::kMaxPlScramblingN);
    return make_frame_block<Sample, Sample>("plframer",
                                            Framer{parse_modcod(modcod, frame_size), pilots,
                                                   framing::PlScrambler(pl_scrambling_n)});
}

} // namespace depinsat::blocks
