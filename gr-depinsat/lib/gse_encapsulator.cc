#include "adapters.h"
#include "gnuradio/depinsat/stages.h"
#include "gse_packer.h"

#include <thread>

namespace depinsat::blocks {
namespace {

const pmt::pmt_t kPdus = pmt::mp("pdus");
constexpr std::chrono::milliseconds kIdle{1};

class GseEncapsulator : public gr::sync_block
{
public:
    GseEncapsulator(const framing::Modcod& modcod, uint16_t protocol_type)
        : gr::sync_block("gse_encapsulator", no_ports(), one_port_of<uint8_t>()),
          packer_(modcod.data_field_bytes(), protocol_type)
    {
        message_port_register_in(kPdus);
        set_msg_handler(kPdus, [this](const pmt::pmt_t& pdu) { add(pdu); });
        set_output_multiple(int(packer_.data_field_bytes()));
    }

    int work(int noutput, gr_vector_const_void_star&, gr_vector_void_star& outputs) override
    {
        const size_t bytes = packer_.data_field_bytes();
        size_t filled = 0;
        while (filled + bytes <= size_t(noutput) &&
               packer_.fill(output<uint8_t>(outputs, noutput).subspan(filled, bytes)))
            filled += bytes;
        if (filled == 0) // or GNU Radio would call again at once
            std::this_thread::sleep_for(kIdle);
        return int(filled);
    }

private:
    void add(const pmt::pmt_t& pdu)
    {
        if (!pmt::is_pair(pdu) || !pmt::is_u8vector(pmt::cdr(pdu)))
            d_logger->warn("dropped a message that is not a byte PDU");
        else if (!packer_.add(pmt::u8vector_elements(pmt::cdr(pdu))))
            d_logger->warn("dropped a PDU: empty, too long, or too many wait");
    }

    GsePacker packer_;
};

} // namespace

gr::block_sptr make_gse_encapsulator(const std::string& modcod,
                                     const std::string& frame_size,
                                     unsigned protocol_type)
{
    require_range("protocol_type", protocol_type, 0x0600, 0xFFFF);
    return gnuradio::make_block_sptr<GseEncapsulator>(parse_modcod(modcod, frame_size),
                                                      uint16_t(protocol_type));
}

} // namespace depinsat::blocks
