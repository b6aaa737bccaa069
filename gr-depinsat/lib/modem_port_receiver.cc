#include "adapters.h"
#include "gnuradio/depinsat/blocks.h"
#include "modem_port_client.h"
#include "reports.h"
#include "sample_gaps.h"
#include "threads/thread_pool.h"

#include <bit>

namespace depinsat::blocks {
namespace {

const pmt::pmt_t kTransmitter = pmt::mp("transmitter");
const pmt::pmt_t kDecoded = pmt::mp("decoded");

class ModemPortReceiverBlock : public gr::sync_block
{
public:
    explicit ModemPortReceiverBlock(const ModemPortReceiverParameters& p)
        : gr::sync_block("modem_port_receiver", one_port_of<gr_complex>(), no_ports()),
          client_(p.rx_endpoint,
                  p.telemetry_endpoint,
                  load_curve(p.curve_key_file, p.curve_peer_keys)),
          clock_(p.receiver.sample_rate_hz),
          gaps_(p.receiver.sample_rate_hz),
          pool_(p.cores, [this] { _post(kDecoded, pmt::PMT_T); }),
          receiver_(waveform::make_frame_receiver(
              p.receiver,
              [this](const auto& frame) {
                  client_.add(frame, clock_.time_of(frame.first_sample));
              },
              &pool_))
    {
        message_port_register_in(kDecoded); // wakes this block
        set_msg_handler(kDecoded, [this](const pmt::pmt_t&) {
            receiver_->deliver();
            report();
        });
        message_port_register_in(kTransmitter);
        set_msg_handler(kTransmitter, [this](const pmt::pmt_t& counts) {
            transmitter_ = to_counts(counts);
            report();
        });
    }

    int work(int noutput, gr_vector_const_void_star& inputs, gr_vector_void_star&) override
    {
        process(input<gr_complex>(inputs, noutput));
        report();
        return noutput;
    }

    bool stop() override
    {
        receiver_->flush();
        client_.send_frames();
        return true;
    }

private:
    void process(std::span<const gr_complex> in)
    {
        std::vector<gr::tag_t> tags;
        get_tags_in_window(tags, 0, 0, in.size());
        const auto gaps = gaps_.find(std::move(tags), nitems_read(0), in.size());
        size_t samples = in.size();
        for (const auto& [place, lost] : gaps)
            samples += lost;
        clock_.advance(samples);
        blocks::process(*receiver_, in, gaps);
    }

    void report()
    {
        client_.send_frames();
        if (!telemetry_due_.passed())
            return;
        client_.send_telemetry(receiver_->stats(), receiver_->constellation(), transmitter_,
                               unix_time());
        const uint64_t refused = client_.refused();
        if (std::bit_width(refused) != std::bit_width(refused_)) // ever more rarely
            d_logger->warn("modem port: connections of strangers refused so far: " +
                           std::to_string(refused));
        refused_ = refused;
    }

    ModemTxClient::Counts transmitter_;
    ModemRxClient client_;
    SampleClock clock_;
    SampleGaps gaps_;
    threads::ThreadPool pool_;
    std::unique_ptr<waveform::Dvbs2FrameReceiver> receiver_;
    TelemetryPace telemetry_due_;
    uint64_t refused_ = 0; ///< of client_, as last logged
};

} // namespace

gr::block_sptr make_modem_port_receiver(const ModemPortReceiverParameters& p)
{
    require_receiver_config(p.receiver);
    return gnuradio::make_block_sptr<ModemPortReceiverBlock>(p);
}

} // namespace depinsat::blocks
