#include "adapters.h"
#include "gnuradio/depinsat/blocks.h"
#include "modem_port_client.h"
#include "reports.h"

namespace depinsat::blocks {
namespace {

const pmt::pmt_t kTelemetry = pmt::mp("telemetry");

class ModemPortTransmitterBlock : public gr::sync_block
{
public:
    ModemPortTransmitterBlock(const ModemTxClient::Config& client,
                              const waveform::Dvbs2TransmitterConfig& config)
        : gr::sync_block("modem_port_transmitter", no_ports(), one_port_of<gr_complex>()),
          client_(client),
          transmitter_(config, client_)
    {
        message_port_register_out(kTelemetry);
        set_max_output_buffer(kLeastOutputBuffer);
    }

    int work(int noutput, gr_vector_const_void_star&, gr_vector_void_star& outputs) override
    {
        transmitter_.generate(output<gr_complex>(outputs, noutput));
        if (telemetry_due_.passed())
            message_port_pub(kTelemetry, to_pmt(client_.counts()));
        return noutput;
    }

private:
    ModemTxClient client_;
    waveform::Dvbs2Transmitter transmitter_;
    TelemetryPace telemetry_due_;
};

} // namespace

gr::block_sptr make_modem_port_transmitter(const ModemPortTransmitterParameters& p)
{
    require_range("lead_ms", p.lead_ms, 1, 100);
    require_range("max_airtime_ms", p.max_airtime_ms, 1, 60000);
    return gnuradio::make_block_sptr<ModemPortTransmitterBlock>(
        ModemTxClient::Config{p.tx_endpoint, std::chrono::milliseconds(p.lead_ms),
                              p.symbol_rate_baud, p.max_airtime_ms * 1000,
                              load_curve(p.curve_key_file, p.curve_peer_keys)},
        make_transmitter_config(p));
}

} // namespace depinsat::blocks
