#include "depinsat/fec/tm_randomizer.h"
#include "code_kernels.h"
#include "gnuradio/depinsat/codes.h"

namespace depinsat::blocks {
namespace {

using Randomize = void (*)(const fec::TmRandomizer&, std::span<uint8_t>);

constexpr std::pair<std::string_view, Randomize> kItems[] = {
    {"bytes",
     [](const auto& randomizer, auto frame) {
         randomizer.randomize_bytes(frame);
     }},
    {"bits",
     [](const auto& randomizer, auto frame) {
         randomizer.randomize_bits(frame);
     }},
    {"llrs",
     [](const auto& randomizer, auto frame) {
         randomizer.randomize_llrs({reinterpret_cast<Llr*>(frame.data()), frame.size()});
     }},
};

struct Randomizer {
    fec::TmRandomizer randomizer;
    size_t frame_items;
    Randomize randomize;

    size_t input_size() const { return frame_items; }
    size_t output_size() const { return frame_items; }
    void process(std::span<const uint8_t> in, std::span<uint8_t> out)
    {
        std::ranges::copy(in, out.begin());
        randomize(randomizer, out);
    }
};

} // namespace

gr::block_sptr
make_tm_randomizer(const std::string& sequence, unsigned frame_items, const std::string& items)
{
    require_range("frame_items", frame_items, 1, 8 * kMostFrameBytes);
    const auto randomize = look_up("items", kItems, items);
    const size_t bits = items == "bytes" ? 8 * size_t(frame_items) : frame_items;
    fec::TmRandomizer randomizer(fec::find_tm_sequence(sequence), bits);
    return make_frame_block<uint8_t, uint8_t>(
        "tm_randomizer", Randomizer{std::move(randomizer), frame_items, randomize});
}

} // namespace depinsat::blocks
