#include "adapters.h"
#include "depinsat/framing/bbframe.h"
#include "gnuradio/depinsat/stages.h"

namespace depinsat::blocks {
namespace {

/// A failed BBFRAME has no data field; how long those of the others are is theirs to say.
class BbDeframer : public gr::block
{
public:
    explicit BbDeframer(const framing::Modcod& modcod)
        : gr::block("bb_deframer", one_port_of<uint8_t>(), one_port_of<uint8_t>()),
          bbframe_(modcod.k_bch / 8)
    {
        set_output_multiple(int(modcod.data_field_bytes()));
        set_tag_propagation_policy(TPP_DONT);
    }

    void forecast(int, gr_vector_int& ninput) override { ninput[0] = int(bbframe_.size()); }

    int general_work(int,
                     gr_vector_int&,
                     gr_vector_const_void_star& inputs,
                     gr_vector_void_star& outputs) override
    {
        std::ranges::copy(input<uint8_t>(inputs, bbframe_.size()), bbframe_.begin());
        consume_each(int(bbframe_.size()));
        const auto parsed = framing::parse_bbframe(bbframe_);
        const auto key = pmt::mp(parsed ? "data_field_bytes" : "bbheader_failed");
        const size_t bytes = parsed ? parsed->data_field.size() : 0;
        add_item_tag(0, nitems_written(0), key, pmt::from_uint64(bytes));
        if (parsed)
            std::ranges::copy(parsed->data_field, output<uint8_t>(outputs, bytes).begin());
        return int(bytes);
    }

private:
    std::vector<uint8_t> bbframe_;
};

} // namespace

gr::block_sptr make_bb_deframer(const std::string& modcod, const std::string& frame_size)
{
    return gnuradio::make_block_sptr<BbDeframer>(parse_modcod(modcod, frame_size));
}

} // namespace depinsat::blocks
