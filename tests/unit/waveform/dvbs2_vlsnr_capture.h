#pragma once

#include "depinsat/framing/plframe.h"
#include "depinsat/framing/vlsnr.h"
#include "depinsat/waveform/dvbs2_vlsnr_receiver.h"
#include "unit/waveform/dvbs2_capture.h"

/// Captures for the tests of the VL-SNR receiver.
namespace depinsat::waveform::test {

/// Frames of the given MODCODs in turn, then dummy frames.
class MixedSource final : public Dvbs2FrameSource
{
public:
    MixedSource(std::vector<const framing::Modcod*> modcods, unsigned frames)
        : modcods_(std::move(modcods)), frames_(frames)
    {}

    bool next(Dvbs2FrameToSend& frame) override
    {
        if (sent_ >= frames_)
            return false;
        frame.modcod = modcods_[sent_ % modcods_.size()];
        frame.pilots = true;
        frame.header = {};
        frame.data_field = data_of(1, sent_++, frame.modcod->data_field_bytes());
        return true;
    }

private:
    std::vector<const framing::Modcod*> modcods_;
    unsigned frames_, sent_ = 0;
};

inline std::vector<Sample> sent(const std::vector<const framing::Modcod*>& modcods,
                                unsigned frames,
                                unsigned samples_per_symbol = 2)
{
    MixedSource source(modcods, frames);
    Dvbs2Transmitter transmitter({0.20, samples_per_symbol, 0}, source);
    size_t symbols = 400;
    for (unsigned i = 0; i < frames; ++i)
        symbols += framing::plframe_symbols(modcods[i % modcods.size()]->slots, true);
    std::vector<Sample> samples(symbols * samples_per_symbol);
    transmitter.generate(samples);
    return samples;
}

struct VlSnrReception {
    Reception reception;
    uint64_t headers;
};

inline VlSnrReception
received(std::span<const Sample> samples, size_t cut, unsigned samples_per_symbol = 2)
{
    VlSnrReception result;
    Dvbs2ReceiverConfig config = receiver_config({.samples_per_symbol = samples_per_symbol});
    config.max_iterations = 50;
    Dvbs2VlSnrReceiver receiver(config, [&](const Dvbs2ReceivedFrame& frame) {
        result.reception.frames.push_back(
            {frame, {frame.data_field.begin(), frame.data_field.end()}});
    });
    for (size_t begin = 0; begin < samples.size(); begin += cut)
        receiver.process(samples.subspan(begin, std::min(cut, samples.size() - begin)));
    receiver.flush();
    result.headers = receiver.headers();
    return result;
}

} // namespace depinsat::waveform::test
