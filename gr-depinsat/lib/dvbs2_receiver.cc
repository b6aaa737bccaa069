#include "adapters.h"
#include "gnuradio/depinsat/blocks.h"
#include "reports.h"

namespace depinsat::blocks {
namespace {

const pmt::pmt_t kTelemetry = pmt::mp("telemetry");

class Dvbs2ReceiverBlock : public EndingBlock
{
public:
    explicit Dvbs2ReceiverBlock(const waveform::Dvbs2ReceiverConfig& config)
        : EndingBlock("dvbs2_receiver", one_port_of<gr_complex>(), one_port_of<uint8_t>()),
          period_(config.sample_rate_hz / 10),
          kernel_(config, [this](const auto& frame) { received_.add(frame); })
    {
        message_port_register_out(kTelemetry);
        set_tag_propagation_policy(TPP_DONT);
    }

    int general_work(int noutput,
                     gr_vector_int& ninput,
                     gr_vector_const_void_star& inputs,
                     gr_vector_void_star& outputs) override
    {
        if (received_.empty() && !flushed_)
            receive(input<gr_complex>(inputs, ninput[0]));
        const size_t count = received_.take(output<uint8_t>(outputs, noutput));
        for (FrameReport report; received_.next_report(nitems_written(0) + count, report);)
            add_item_tag(0, report.offset, pmt::mp("frame"), to_pmt(report));
        return count == 0 && flushed_ ? kWorkDone : int(count);
    }

private:
    bool needs_input() const override { return received_.empty() && !flushed_; }

    void receive(std::span<const gr_complex> in)
    {
        // In pieces, so that what waits for the output is at most what ends in one of them.
        const auto piece = in.first(std::min({in.size(), size_t(4096), telemetry_in_}));
        flushed_ = piece.size() == in.size() && input_ends_after(int(in.size()));
        kernel_.process(piece);
        consume_each(int(piece.size()));
        if (flushed_)
            kernel_.flush();
        telemetry_in_ -= piece.size();
        if (telemetry_in_ == 0 || flushed_) {
            message_port_pub(kTelemetry, to_pmt(kernel_));
            telemetry_in_ = period_;
        }
    }

    const size_t period_; // samples between two messages of telemetry: 100 ms
    size_t telemetry_in_ = period_;
    bool flushed_ = false;
    ReceivedBytes received_;
    waveform::Dvbs2Receiver kernel_;
};

} // namespace

gr::block_sptr make_dvbs2_receiver(const waveform::Dvbs2ReceiverConfig& config)
{
    require_receiver_config(config);
    return gnuradio::make_block_sptr<Dvbs2ReceiverBlock>(config);
}

} // namespace depinsat::blocks
