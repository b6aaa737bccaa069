#include "adapters.h"
#include "depinsat/framing/gse.h"
#include "depinsat/framing/gse_hem.h"
#include "gnuradio/depinsat/stages.h"
#include "tagged_frames.h"

namespace depinsat::blocks {
namespace {

const pmt::pmt_t kPdus = pmt::mp("pdus");

class GseDecapsulator : public gr::sync_block
{
public:
    explicit GseDecapsulator(int isi)
        : gr::sync_block("gse_decapsulator", one_port_of<uint8_t>(), no_ports()),
          frames_(isi,
                  {[this](const auto& header, std::span<const uint8_t> data_field) {
                       take(header, data_field);
                   },
                   [this] {
                       hem_.lost();
                   }})
    {
        message_port_register_out(kPdus);
    }

    int work(int noutput, gr_vector_const_void_star& inputs, gr_vector_void_star&) override
    {
        std::vector<gr::tag_t> tags;
        get_tags_in_window(tags, 0, 0, noutput, pmt::mp("frame"));
        std::ranges::stable_sort(tags, gr::tag_t::offset_compare);
        frames_.process(input<uint8_t>(inputs, noutput), nitems_read(0), tags);
        return noutput;
    }

private:
    void take(const framing::BbHeader& header, std::span<const uint8_t> data_field)
    {
        if (header.stream_type == framing::StreamType::kGseHem)
            hem_.parse(header, data_field,
                       [this](std::span<const uint8_t> packet) { parse(packet); });
        else
            parse(data_field);
    }

    void parse(std::span<const uint8_t> packets)
    {
        parser_.parse(packets, [this](const auto& pdu) { publish(pdu); });
    }

    void publish(const framing::GsePdu& pdu)
    {
        const auto meta = pmt::dict_add(pmt::make_dict(), pmt::mp("protocol_type"),
                                        pmt::from_uint64(pdu.protocol_type));
        message_port_pub(
            kPdus, pmt::cons(meta, pmt::init_u8vector(pdu.bytes.size(), pdu.bytes.data())));
    }

    framing::GseHemDeframer hem_;
    framing::GseParser parser_;
    TaggedFrames frames_;
};

} // namespace

gr::block_sptr make_gse_decapsulator(int isi)
{
    require_range("isi", isi, -1, 255);
    return gnuradio::make_block_sptr<GseDecapsulator>(isi);
}

} // namespace depinsat::blocks
