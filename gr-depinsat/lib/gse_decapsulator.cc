#include "adapters.h"
#include "depinsat/framing/gse.h"
#include "gnuradio/depinsat/stages.h"

namespace depinsat::blocks {
namespace {

const pmt::pmt_t kPdus = pmt::mp("pdus");
constexpr uint64_t kLongestField = 8192; // bytes; no BBFRAME is longer

class GseDecapsulator : public gr::sync_block
{
public:
    GseDecapsulator() : gr::sync_block("gse_decapsulator", one_port_of<uint8_t>(), no_ports())
    {
        message_port_register_out(kPdus);
    }

    int work(int noutput, gr_vector_const_void_star& inputs, gr_vector_void_star&) override
    {
        std::vector<gr::tag_t> tags;
        get_tags_in_window(tags, 0, 0, noutput, pmt::mp("frame"));
        std::ranges::sort(tags, gr::tag_t::offset_compare);
        const auto in = input<uint8_t>(inputs, noutput);
        size_t from = 0;
        for (const gr::tag_t& tag : tags) {
            const size_t begin = size_t(tag.offset - nitems_read(0));
            append(in.subspan(from, begin - from));
            from = begin;
            if (const size_t bytes = frame_bytes(tag.value)) {
                data_field_.clear();
                expected_ = bytes;
            }
        }
        append(in.subspan(from));
        return noutput;
    }

private:
    static size_t frame_bytes(const pmt::pmt_t& frame)
    {
        const auto bytes = pmt::is_dict(frame)
                               ? pmt::dict_ref(frame, pmt::mp("bytes"), pmt::PMT_NIL)
                               : pmt::PMT_NIL;
        return pmt::is_uint64(bytes) ? std::min(pmt::to_uint64(bytes), kLongestField) : 0;
    }
    void append(std::span<const uint8_t> bytes)
    {
        const auto taken = bytes.first(std::min(bytes.size(), expected_ - data_field_.size()));
        data_field_.insert(data_field_.end(), taken.begin(), taken.end());
        if (expected_ == 0 || data_field_.size() < expected_)
            return;
        parser_.parse(data_field_, [this](const framing::GsePdu& pdu) { publish(pdu); });
        data_field_.clear();
        expected_ = 0;
    }
    void publish(const framing::GsePdu& pdu)
    {
        const auto meta = pmt::dict_add(pmt::make_dict(), pmt::mp("protocol_type"),
                                        pmt::from_uint64(pdu.protocol_type));
        message_port_pub(
            kPdus, pmt::cons(meta, pmt::init_u8vector(pdu.bytes.size(), pdu.bytes.data())));
    }

    std::vector<uint8_t> data_field_;
    size_t expected_ = 0; // bytes of the frame at hand; 0: none
    framing::GseParser parser_;
};

} // namespace

gr::block_sptr make_gse_decapsulator()
{
    return gnuradio::make_block_sptr<GseDecapsulator>();
}

} // namespace depinsat::blocks
