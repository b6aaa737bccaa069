#include "depinsat/waveform/dvbs2_receiver.h"
#include "depinsat/waveform/dvbs2_vlsnr_receiver.h"

#include <utility>

namespace depinsat::waveform {

std::unique_ptr<Dvbs2FrameReceiver> make_frame_receiver(const Dvbs2ReceiverConfig& config,
                                                        Dvbs2FrameReceiver::FrameSink sink,
                                                        Executor* executor)
{
    if (config.vl_snr)
        return std::make_unique<Dvbs2VlSnrReceiver>(config, std::move(sink));
    return std::make_unique<Dvbs2Receiver>(config, std::move(sink), executor);
}

} // namespace depinsat::waveform
