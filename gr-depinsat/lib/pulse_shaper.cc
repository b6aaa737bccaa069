#include "depinsat/modulation/pulse_shaper.h"
#include "adapters.h"
#include "gnuradio/depinsat/stages.h"

#include <gnuradio/sync_interpolator.h>

namespace depinsat::blocks {
namespace {

class PulseShaperBlock : public gr::sync_interpolator
{
public:
    PulseShaperBlock(unsigned samples_per_symbol, double rolloff)
        : gr::sync_interpolator(
              "pulse_shaper", one_port_of<Sample>(), one_port_of<Sample>(), samples_per_symbol),
          kernel_(samples_per_symbol, rolloff)
    {}

    int
    work(int noutput, gr_vector_const_void_star& inputs, gr_vector_void_star& outputs) override
    {
        kernel_.process(input<Sample>(inputs, noutput / interpolation()),
                        output<Sample>(outputs, noutput));
        return noutput;
    }

private:
    modulation::PulseShaper kernel_;
};

} // namespace

gr::block_sptr make_pulse_shaper(unsigned samples_per_symbol, double rolloff)
{
    require_range("samples_per_symbol", samples_per_symbol, 2, 8);
    require_range("rolloff", rolloff, 0.05, 0.35);
    return gnuradio::make_block_sptr<PulseShaperBlock>(samples_per_symbol, rolloff);
}

} // namespace depinsat::blocks
