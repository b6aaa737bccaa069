#include "byte_transmitter.h"

#include <algorithm>
#include <utility>

namespace depinsat::blocks {

ByteTransmitter::ByteTransmitter(const Format& format,
                                 const waveform::Dvbs2TransmitterConfig& config)
    : format_(format),
      samples_per_symbol_(config.samples_per_symbol),
      transmitter_(config, *this)
{
    bytes_.reserve(format_.modcod->data_field_bytes());
}

bool ByteTransmitter::waits() const
{
    return symbols_left_ == 0 && !format_.dummy_frames && !is_whole();
}

ByteTransmitter::Step
ByteTransmitter::run(std::span<const uint8_t> in, bool last, std::span<Sample> out)
{
    Step step;
    if (symbols_left_ > 0) {
        continue_frame(out, step);
        return step;
    }
    step.taken = take(in);
    if (may_start(last))
        start_frame(out, step);
    step.ended = tail_sent_;
    return step;
}

size_t ByteTransmitter::take(std::span<const uint8_t> in)
{
    const size_t room = format_.modcod->data_field_bytes() - bytes_.size();
    const auto taken = in.first(std::min(room, in.size()));
    bytes_.insert(bytes_.end(), taken.begin(), taken.end());
    return taken.size();
}

bool ByteTransmitter::may_start(bool last)
{
    if (is_whole())
        return true;
    if (!last)
        return format_.dummy_frames;
    release_ = true;
    if (bytes_.empty())
        tail_sent_ = std::exchange(tail_started_, true);
    return !tail_sent_;
}

void ByteTransmitter::start_frame(std::span<Sample> out, Step& step)
{
    const uint64_t before = frames_;
    transmitter_.generate(out.first(samples_per_symbol_));
    step.filled = samples_per_symbol_;
    step.frame_started = frames_ != before;
    step.dummy_started = frames_ == before;
}

void ByteTransmitter::continue_frame(std::span<Sample> out, Step& step)
{
    const size_t symbols = std::min(out.size() / samples_per_symbol_, symbols_left_);
    step.filled = symbols * samples_per_symbol_;
    transmitter_.generate(out.first(step.filled));
}

bool ByteTransmitter::next(waveform::Dvbs2FrameToSend& frame)
{
    if (!is_whole() && (!release_ || bytes_.empty()))
        return false;
    frame.modcod = format_.modcod;
    frame.pilots = format_.pilots;
    frame.header = format_.header;
    frame.data_field.assign(bytes_.begin(), bytes_.end());
    bytes_.clear();
    release_ = false;
    ++frames_;
    return true;
}

} // namespace depinsat::blocks
