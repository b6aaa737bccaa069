#include "adapters.h"
#include "gnuradio/depinsat/blocks.h"
#include "sample_port_client.h"

namespace depinsat::blocks {
namespace {

class SatelliteSink : public gr::sync_block
{
public:
    explicit SatelliteSink(const SamplePortConfig& config)
        : gr::sync_block("satellite_sink", one_port_of<gr_complex>(), no_ports()),
          client_(config)
    {}

    int work(int noutput, gr_vector_const_void_star& inputs, gr_vector_void_star&) override
    {
        return int(client_.send(input<gr_complex>(inputs, noutput), kLongestWait));
    }

private:
    UplinkClient client_;
};

} // namespace

gr::block_sptr make_satellite_sink(const std::string& uplink_endpoint,
                                   const std::string& station,
                                   double sample_rate_hz)
{
    return gnuradio::make_block_sptr<SatelliteSink>(
        SamplePortConfig{uplink_endpoint, station, sample_rate_hz});
}

} // namespace depinsat::blocks
