#include "adapters.h"
#include "depinsat/framing/pl_scrambler.h"
#include "depinsat/framing/plframe.h"
#include "depinsat/framing/plheader.h"
#include "gnuradio/depinsat/stages.h"

namespace depinsat::blocks {
namespace {

struct Deframer {
    const framing::Modcod& modcod;
    bool pilots;
    framing::PlScrambler scrambler;
    std::vector<Sample> payload{};

    size_t input_size() const { return framing::plframe_symbols(modcod.slots, pilots); }
    size_t output_size() const { return modcod.slots * framing::kSlotSymbols; }
    FrameTag process(std::span<const Sample> plframe, std::span<Sample> xfecframe)
    {
        const auto pls = framing::decode_plheader(plframe.first<framing::kPlHeaderSymbols>());
        payload.resize(plframe.size() - framing::kPlHeaderSymbols);
        scrambler.descramble(plframe.subspan(framing::kPlHeaderSymbols), payload);
        if (pilots)
            framing::remove_pilots(payload, xfecframe);
        else
            std::ranges::copy(payload, xfecframe.begin());
        return {"pls_code", pls.pls_code};
    }
};

} // namespace

gr::block_sptr make_pl_deframer(const std::string& modcod,
                                const std::string& frame_size,
                                bool pilots,
                                unsigned pl_scrambling_n)
{
    require_range("pl_scrambling_n", pl_scrambling_n, 0, framing::kMaxPlScramblingN);
    return make_frame_block<Sample, Sample>("pl_deframer",
                                            Deframer{parse_modcod(modcod, frame_size), pilots,
                                                     framing::PlScrambler(pl_scrambling_n)});
}

} // namespace depinsat::blocks
