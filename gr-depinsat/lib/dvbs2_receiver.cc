#include "adapters.h"
#include "gnuradio/depinsat/blocks.h"
#include "reports.h"
#include "sample_gaps.h"
#include "threads/thread_pool.h"

namespace depinsat::blocks {
namespace {

const pmt::pmt_t kTelemetry = pmt::mp("telemetry");
const pmt::pmt_t kDecoded = pmt::mp("decoded");

class Dvbs2ReceiverBlock : public EndingBlock
{
public:
    Dvbs2ReceiverBlock(const waveform::Dvbs2ReceiverConfig& config, unsigned cores)
        : EndingBlock("dvbs2_receiver", one_port_of<gr_complex>(), one_port_of<uint8_t>()),
          period_(config.sample_rate_hz / 10),
          gaps_(config.sample_rate_hz),
          pool_(cores, [this] { _post(kDecoded, pmt::PMT_T); }),
          kernel_(waveform::make_frame_receiver(
              config, [this](const auto& frame) { received_.add(frame); }, &pool_))
    {
        message_port_register_out(kTelemetry);
        message_port_register_in(kDecoded); // wakes this block
        set_msg_handler(kDecoded, [this](const pmt::pmt_t&) { kernel_->deliver(); });
        set_tag_propagation_policy(TPP_DONT);
        // The first vector of a process sets VOLK up, for up to 10 ms: not while samples come.
        pmt::make_c32vector(1, 0);
    }

    bool start() override
    {
        flushed_ = false; // a flowgraph that has ended may run again
        return true;
    }

    int general_work(int noutput,
                     gr_vector_int& ninput,
                     gr_vector_const_void_star& inputs,
                     gr_vector_void_star& outputs) override
    {
        if (received_.empty() && !flushed_)
            receive(input<gr_complex>(inputs, ninput[0]));
        const size_t count = received_.take(output<uint8_t>(outputs, noutput));
        for (FrameReport report; received_.next_report(report);)
            add_item_tag(0, nitems_written(0) + report.offset, pmt::mp("frame"),
                         to_pmt(report));
        return count == 0 && flushed_ ? kWorkDone : int(count);
    }

private:
    bool needs_input() const override
    {
        return received_.empty() && !flushed_ && !kernel_->frame_ready();
    }

    void receive(std::span<const gr_complex> in)
    {
        // In pieces, so that what waits for the output is at most what ends in one of them.
        const auto piece = in.first(std::min({in.size(), size_t(4096), telemetry_in_}));
        flushed_ = piece.size() == in.size() && input_ends_after(int(in.size()));
        process(piece);
        consume_each(int(piece.size()));
        if (flushed_)
            kernel_->flush();
        telemetry_in_ -= piece.size();
        if (telemetry_in_ == 0 || flushed_) {
            kernel_->finish_frames(); // so that the counts are the same on any number of cores
            message_port_pub(kTelemetry, to_pmt(*kernel_));
            telemetry_in_ = period_;
        }
    }

    void process(std::span<const gr_complex> piece)
    {
        std::vector<gr::tag_t> tags;
        get_tags_in_window(tags, 0, 0, piece.size());
        blocks::process(*kernel_, piece,
                        gaps_.find(std::move(tags), nitems_read(0), piece.size()));
    }

    const size_t period_; // samples between two messages of telemetry: 100 ms
    size_t telemetry_in_ = period_;
    bool flushed_ = false;
    SampleGaps gaps_;
    ReceivedBytes received_;
    threads::ThreadPool pool_;
    std::unique_ptr<waveform::Dvbs2FrameReceiver> kernel_;
};

} // namespace

gr::block_sptr make_dvbs2_receiver(const waveform::Dvbs2ReceiverConfig& config, unsigned cores)
{
    require_receiver_config(config);
    return gnuradio::make_block_sptr<Dvbs2ReceiverBlock>(config, cores);
}

} // namespace depinsat::blocks
