#include "adapters.h"
#include "depinsat/framing/transport_stream.h"
#include "gnuradio/depinsat/stages.h"
#include "tagged_frames.h"

namespace depinsat::blocks {
namespace {

class TsDeframerBlock : public gr::block
{
public:
    explicit TsDeframerBlock(int isi)
        : gr::block("ts_deframer", one_port_of<uint8_t>(), one_port_of<uint8_t>()),
          frames_(isi,
                  {[this](const auto& header, std::span<const uint8_t> data_field) {
                       take(header, data_field);
                   },
                   [this] {
                       deframer_.lost();
                   }})
    {
        set_tag_propagation_policy(TPP_DONT);
    }

    void forecast(int, gr_vector_int& ninput) override { ninput[0] = packets_.empty() ? 1 : 0; }

    int general_work(int noutput,
                     gr_vector_int& ninput,
                     gr_vector_const_void_star& inputs,
                     gr_vector_void_star& outputs) override
    {
        if (packets_.empty()) {
            const int count = std::min(ninput[0], 8192);
            std::vector<gr::tag_t> tags;
            get_tags_in_window(tags, 0, 0, count, pmt::mp("frame"));
            std::ranges::stable_sort(tags, gr::tag_t::offset_compare);
            frames_.process(input<uint8_t>(inputs, count), nitems_read(0), tags);
            consume_each(count);
        }
        const size_t taken = std::min(size_t(noutput), packets_.size());
        std::copy_n(packets_.begin(), taken, output<uint8_t>(outputs, noutput).begin());
        packets_.erase(packets_.begin(), packets_.begin() + ptrdiff_t(taken));
        return int(taken);
    }

private:
    void take(const framing::BbHeader& header, std::span<const uint8_t> data_field)
    {
        deframer_.parse(header, data_field, [this](auto packet) {
            packets_.insert(packets_.end(), packet.begin(), packet.end());
        });
        if (deframer_.counts().refused == 0 || warned_)
            return;
        warned_ = true;
        d_logger->warn(
            "a data field is refused, as will be others like it: stream type " +
            std::string(name_of(header.stream_type)) + ", UPL " +
            std::to_string(header.upl_bits) + ", SYNC " + std::to_string(header.sync) +
            ", ISSYI " + std::to_string(header.issyi) + ", NPD " + std::to_string(header.npd) +
            "; taken are transport streams of 188 bytes a packet (UPL 1504, SYNC 71) "
            "without ISSY and deletion of null packets");
    }

    bool warned_ = false;
    std::vector<uint8_t> packets_; // that wait for room, of at most 8192 bytes of input
    framing::TsDeframer deframer_;
    TaggedFrames frames_;
};

} // namespace

gr::block_sptr make_ts_deframer(int isi)
{
    require_range("isi", isi, -1, 255);
    return gnuradio::make_block_sptr<TsDeframerBlock>(isi);
}

} // namespace depinsat::blocks
