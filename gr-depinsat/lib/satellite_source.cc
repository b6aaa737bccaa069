#include "adapters.h"
#include "gnuradio/depinsat/blocks.h"
#include "sample_port_client.h"

namespace depinsat::blocks {
namespace {

class SatelliteSource : public gr::sync_block
{
public:
    explicit SatelliteSource(const SamplePortConfig& config)
        : gr::sync_block("satellite_source", no_ports(), one_port_of<gr_complex>()),
          client_(config)
    {}

    int work(int noutput, gr_vector_const_void_star&, gr_vector_void_star& outputs) override
    {
        const auto piece = client_.receive(output<gr_complex>(outputs, noutput), kLongestWait);
        if (piece.new_time)
            add_item_tag(0, nitems_written(0), pmt::mp("satellite_sample"),
                         pmt::from_uint64(*piece.new_time));
        return int(piece.count);
    }

private:
    DownlinkClient client_;
};

} // namespace

gr::block_sptr make_satellite_source(const std::string& downlink_endpoint,
                                     const std::string& station,
                                     double sample_rate_hz)
{
    return gnuradio::make_block_sptr<SatelliteSource>(
        SamplePortConfig{downlink_endpoint, station, sample_rate_hz});
}

} // namespace depinsat::blocks
