#include "adapters.h"

#include "depinsat/framing/rolloff.h"
#include "gnuradio/depinsat/blocks.h"

#include <gnuradio/block_detail.h>
#include <gnuradio/buffer.h>
#include <gnuradio/buffer_reader.h>
#include <gnuradio/logger.h>

#include <stdexcept>
#include <utility>

namespace depinsat::blocks {
namespace {

constexpr std::pair<std::string_view, framing::FrameSize> kFrameSizes[] = {
    {"normal", framing::FrameSize::kNormal},
    {"medium", framing::FrameSize::kMedium},
    {"short", framing::FrameSize::kShort},
};
constexpr std::pair<std::string_view, framing::StreamType> kStreamTypes[] = {
    {"generic_continuous", framing::StreamType::kGenericContinuous},
    {"generic_packetised", framing::StreamType::kGenericPacketised},
    {"gse_hem", framing::StreamType::kGseHem},
    {"transport", framing::StreamType::kTransport},
};
constexpr std::pair<std::string_view, waveform::SpectralInversion> kSpectralInversions[] = {
    {"auto", waveform::SpectralInversion::kAuto},
    {"normal", waveform::SpectralInversion::kNormal},
    {"inverted", waveform::SpectralInversion::kInverted},
};

} // namespace

bool EndingBlock::upstream_done() const
{
    const auto reader = detail()->input(0);
    gr::thread::scoped_lock guard(*reader->mutex());
    return reader->done();
}

bool EndingBlock::input_ends_after(int available) const
{
    const auto reader = detail()->input(0);
    gr::thread::scoped_lock guard(*reader->mutex());
    return reader->done() && reader->items_available() <= available;
}

void take_numbers(gr::block& block,
                  RunningParameter parameter,
                  std::function<void(unsigned)> set)
{
    const auto port = pmt::mp(parameter.key);
    block.message_port_register_in(port);
    const auto logger = std::make_shared<gr::logger>(block.alias());
    block.set_msg_handler(port, [logger, parameter, set](const pmt::pmt_t& message) {
        try {
            const double number = pmt::to_double(message);
            require_range(parameter.key, number, parameter.least, parameter.most);
            set(unsigned(number));
        } catch (const pmt::wrong_type&) {
            logger->warn("ignored a message that is no number");
        } catch (const std::invalid_argument& error) {
            logger->warn(error.what());
        }
    });
}

framing::FrameSize parse_frame_size(const std::string& name)
{
    return look_up("frame_size", kFrameSizes, name);
}

std::string_view name_of(framing::StreamType type)
{
    for (const auto& [name, value] : kStreamTypes)
        if (value == type)
            return name;
    return "unknown";
}

framing::StreamType parse_stream_type(const std::string& name)
{
    return look_up("stream_type", kStreamTypes, name);
}

waveform::SpectralInversion parse_spectral_inversion(const std::string& name)
{
    return look_up("spectral_inversion", kSpectralInversions, name);
}

const framing::Modcod& parse_modcod(const std::string& modcod, const std::string& frame_size)
{
    const auto& row = framing::find_modcod(modcod, parse_frame_size(frame_size));
    if (row.vlsnr)
        throw std::invalid_argument("modcod: " + modcod + " of " + frame_size +
                                    " frames is VL-SNR, which has no blocks of single stages");
    return row;
}

const framing::Modcod&
parse_modcod(const std::string& modcod, const std::string& frame_size, bool pilots)
{
    const auto& row = framing::find_modcod(modcod, parse_frame_size(frame_size));
    require_can_be_sent(row, pilots);
    return row;
}

void require_can_be_sent(const framing::Modcod& modcod, bool pilots)
{
    if (!framing::can_be_sent(modcod, pilots))
        throw std::invalid_argument("pilots: " + std::string(modcod.name) + " of " +
                                    std::string(framing::to_string(modcod.frame_size)) +
                                    " frames is VL-SNR, which always has them");
}

void require_rolloff(double rolloff)
{
    framing::RolloffField{rolloff};
}

void require_receiver_config(const waveform::Dvbs2ReceiverConfig& config)
{
    require_range("symbol_rate_baud", config.symbol_rate_baud, 1e3, 60e6);
    require_range("sample_rate_hz / symbol_rate_baud",
                  config.sample_rate_hz / config.symbol_rate_baud, 1.2,
                  config.vl_snr ? 8 : 2000);
    require_rolloff(config.rolloff);
    require_range("pl_scrambling_n", config.pl_scrambling_n, 0, 262141);
    require_range("max_iterations", config.max_iterations, 1, 1000);
}

void require_range(const char* key, double value, double least, double most)
{
    if (value >= least && value <= most)
        return;
    std::ostringstream what;
    what << key << ": " << value << " is not in " << least << " to " << most;
    throw std::invalid_argument(what.str());
}

} // namespace depinsat::blocks
