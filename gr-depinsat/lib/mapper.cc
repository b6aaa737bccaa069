#include "depinsat/modulation/mapper.h"
#include "adapters.h"
#include "gnuradio/depinsat/stages.h"

namespace depinsat::blocks {
namespace {

struct Mapper {
    const modulation::Constellation& constellation;

    size_t input_size() const { return 1; }
    size_t output_size() const { return 1; }
    void process(std::span<const uint8_t> labels, std::span<Sample> symbols)
    {
        modulation::map_labels(constellation, labels, symbols);
    }
};

} // namespace

gr::block_sptr make_mapper(const std::string& constellation)
{
    return make_frame_block<uint8_t, Sample>(
        "mapper", Mapper{modulation::find_constellation(constellation)});
}

} // namespace depinsat::blocks
