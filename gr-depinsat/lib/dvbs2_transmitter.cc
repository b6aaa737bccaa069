#include "adapters.h"
#include "byte_transmitter.h"
#include "gnuradio/depinsat/blocks.h"

namespace depinsat::blocks {
namespace {

const pmt::pmt_t kModcod = pmt::mp("modcod"), kPilots = pmt::mp("pilots");

class Dvbs2TransmitterBlock : public EndingBlock
{
public:
    Dvbs2TransmitterBlock(const ByteTransmitter::Format& format,
                          const waveform::Dvbs2TransmitterConfig& config)
        : EndingBlock("dvbs2_transmitter", one_port_of<uint8_t>(), one_port_of<gr_complex>()),
          kernel_(format, config)
    {
        set_max_output_buffer(kLeastOutputBuffer);
        set_min_noutput_items(int(config.samples_per_symbol));
        set_tag_propagation_policy(TPP_DONT);
        message_port_register_in(kModcod);
        set_msg_handler(kModcod, [this](const pmt::pmt_t& name) { set_modcod(name); });
        message_port_register_in(kPilots);
        set_msg_handler(kPilots, [this](const pmt::pmt_t& on) { set_pilots(on); });
    }

    bool start() override
    {
        kernel_.restart(); // a flowgraph that has ended may run again
        return true;
    }

    int general_work(int noutput,
                     gr_vector_int& ninput,
                     gr_vector_const_void_star& inputs,
                     gr_vector_void_star& outputs) override
    {
        const auto step =
            kernel_.run(input<uint8_t>(inputs, ninput[0]), input_ends_after(ninput[0]),
                        output<gr_complex>(outputs, noutput));
        consume_each(int(step.taken));
        if (step.frame_started)
            tag_here("frame_start", pmt::from_uint64(kernel_.frames() - 1));
        if (step.dummy_started)
            tag_here("dummy_start", pmt::PMT_T);
        return step.ended ? kWorkDone : int(step.filled);
    }

private:
    bool needs_input() const override { return kernel_.waits(); }

    void set_modcod(const pmt::pmt_t& name)
    {
        take([&] {
            if (!pmt::is_symbol(name))
                throw std::invalid_argument("modcod: a symbol is wanted");
            const auto& modcod =
                framing::find_modcod(pmt::symbol_to_string(name), kernel_.modcod().frame_size);
            require_can_be_sent(modcod, kernel_.pilots());
            kernel_.set_modcod(modcod);
        });
    }
    void set_pilots(const pmt::pmt_t& on)
    {
        take([&] {
            if (!pmt::is_bool(on))
                throw std::invalid_argument("pilots: a bool is wanted");
            require_can_be_sent(kernel_.modcod(), pmt::to_bool(on));
            kernel_.set_pilots(pmt::to_bool(on));
        });
    }
    template <class Message>
    void take(Message message)
    {
        try {
            message();
        } catch (const std::invalid_argument& error) {
            d_logger->warn(std::string("message ignored: ") + error.what());
        }
    }

    ByteTransmitter kernel_;
};

} // namespace

gr::block_sptr make_dvbs2_transmitter(const Dvbs2TransmitterParameters& p)
{
    require_range("isi", p.isi, 0, 255);
    framing::BbHeader header;
    header.stream_type = parse_stream_type(p.stream_type);
    header.isi = uint8_t(p.isi);
    return gnuradio::make_block_sptr<Dvbs2TransmitterBlock>(
        ByteTransmitter::Format{&parse_modcod(p.modcod, p.frame_size, p.pilots), p.pilots,
                                header, p.dummy_frames},
        make_transmitter_config(p));
}

} // namespace depinsat::blocks
