#include "adapters.h"
#include "depinsat/sync/symbol_timing.h"
#include "gnuradio/depinsat/stages.h"

namespace depinsat::blocks {
namespace {

class SymbolSynchroniser : public EndingBlock
{
public:
    SymbolSynchroniser(double samples_per_symbol, double rolloff)
        : EndingBlock("symbol_synchroniser", one_port_of<Sample>(), one_port_of<Sample>()),
          kernel_(samples_per_symbol, rolloff)
    {
        set_inverse_relative_rate(uint64_t(samples_per_symbol));
        set_tag_propagation_policy(TPP_DONT);
    }

    int general_work(int noutput,
                     gr_vector_int& ninput,
                     gr_vector_const_void_star& inputs,
                     gr_vector_void_star& outputs) override
    {
        if (needs_input())
            synchronise(input<Sample>(inputs, ninput[0]));
        const size_t count = std::min(size_t(noutput), size_t(symbols_.end() - next_));
        std::ranges::copy(symbols_.view(next_, count), output<Sample>(outputs, count).begin());
        symbols_.drop_before(next_ += count);
        return count == 0 && finished_ ? kWorkDone : int(count);
    }

private:
    bool needs_input() const override { return next_ == symbols_.end() && !finished_; }

    void synchronise(std::span<const Sample> in)
    {
        finished_ = input_ends_after(int(in.size()));
        kernel_.process(in, symbols_);
        consume_each(int(in.size()));
        if (finished_) {
            kernel_.process(std::vector<Sample>(2 * kernel_.half_width()), symbols_);
            kernel_.finish(symbols_);
        }
    }

    sync::SymbolTiming kernel_;
    sync::SymbolBuffer symbols_;
    uint64_t next_ = 0;
    bool finished_ = false;
};

} // namespace

gr::block_sptr
make_symbol_synchroniser(double sample_rate_hz, double symbol_rate_baud, double rolloff)
{
    require_range("symbol_rate_baud", symbol_rate_baud, 1e3, 60e6);
    const double ratio = sample_rate_hz / symbol_rate_baud;
    require_range("sample_rate_hz / symbol_rate_baud", ratio, 1.2, 8);
    require_range("rolloff", rolloff, 0.05, std::min(0.35, ratio - 1));
    return gnuradio::make_block_sptr<SymbolSynchroniser>(ratio, rolloff);
}

} // namespace depinsat::blocks
