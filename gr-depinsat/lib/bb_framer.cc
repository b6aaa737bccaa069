#include "adapters.h"
#include "depinsat/framing/bbframe.h"
#include "depinsat/framing/rolloff.h"
#include "gnuradio/depinsat/stages.h"

namespace depinsat::blocks {
namespace {

struct Framer {
    const framing::Modcod& modcod;
    framing::BbHeader header;
    framing::RolloffField rolloff;

    size_t input_size() const { return modcod.data_field_bytes(); }
    size_t output_size() const { return modcod.k_bch / 8; }
    void process(std::span<const uint8_t> data_field, std::span<uint8_t> bbframe)
    {
        header.rolloff_code = rolloff.next();
        framing::build_bbframe(header, data_field, bbframe);
    }
};

} // namespace

gr::block_sptr make_bb_framer(const std::string& modcod,
                              const std::string& frame_size,
                              double rolloff,
                              unsigned isi,
                              const std::string& stream_type)
{
    require_range("isi", isi, 0, 255);
    framing::BbHeader header;
    header.stream_type = parse_stream_type(stream_type);
    header.isi = uint8_t(isi);
    return make_frame_block<uint8_t, uint8_t>(
        "bb_framer",
        Framer{parse_modcod(modcod, frame_size), header, framing::RolloffField(rolloff)});
}

} // namespace depinsat::blocks
