#include "depinsat/sync/agc.h"
#include "adapters.h"
#include "gnuradio/depinsat/stages.h"

namespace depinsat::blocks {
namespace {

struct GainControl {
    size_t piece_size;
    sync::Agc agc{};

    size_t input_size() const { return piece_size; }
    size_t output_size() const { return piece_size; }
    void process(std::span<const Sample> in, std::span<Sample> out)
    {
        std::ranges::copy(in, out.begin());
        sync::sanitize(out);
        agc.process(out);
    }
};

} // namespace

gr::block_sptr make_agc(unsigned piece_size)
{
    require_range("piece_size", piece_size, 64, 4096);
    return make_frame_block<Sample, Sample>("agc", GainControl{piece_size});
}

} // namespace depinsat::blocks
