#include "byte_transmitter.h"

#include <algorithm>
#include <array>
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

void ByteTransmitter::restart()
{
    release_ = ended_ = tail_started_ = tail_sent_ = false;
}

void ByteTransmitter::set_modcod(const framing::Modcod& modcod)
{
    format_.header.ccm &= format_.modcod == &modcod;
    format_.modcod = &modcod;
}

void ByteTransmitter::set_pilots(bool pilots)
{
    format_.header.ccm &= format_.pilots == pilots;
    format_.pilots = pilots;
}

size_t ByteTransmitter::available() const
{
    return is_transport() ? packets_.available() : is_hem() ? gse_.available() : bytes_.size();
}

size_t ByteTransmitter::take(std::span<const uint8_t> in)
{
    const size_t wanted = format_.modcod->data_field_bytes();
    if (is_transport()) {
        // Whole packets leave the framer; a packet more than is missing is enough.
        const size_t missing = is_whole() ? 0 : wanted - available() + framing::kTsPacketBytes;
        const auto taken = in.first(std::min(missing, in.size()));
        packets_.push(taken);
        return taken.size();
    }
    if (is_hem()) {
        size_t taken = 0;
        while (!is_whole() && taken < in.size())
            taken += gse_.push_stream(in.subspan(taken));
        return taken;
    }
    const size_t room = wanted - std::min(wanted, bytes_.size());
    const auto taken = in.first(std::min(room, in.size()));
    bytes_.insert(bytes_.end(), taken.begin(), taken.end());
    return taken.size();
}

void ByteTransmitter::add_null_packets()
{
    std::array<uint8_t, framing::kTsPacketBytes> null{framing::kTsSync, 0x1F, 0xFF, 0x10};
    std::fill(null.begin() + 4, null.end(), uint8_t(0xFF));
    if (!std::exchange(ended_, true)) {
        packets_.drop_rest();
        packets_.push(null); // the CRC-8 of the last packet stands in front of the next one
    }
    while (available() > 0 && !is_whole())
        packets_.push(null);
}

bool ByteTransmitter::may_start(bool last)
{
    if (is_whole())
        return true;
    if (!last) {
        release_ = is_hem() && format_.dummy_frames && available() > 0;
        return format_.dummy_frames;
    }
    release_ = true;
    if (is_transport() && packets_.counts().packets > 0)
        add_null_packets();
    if (available() == 0)
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
    if (!is_whole() && (!release_ || available() == 0))
        return false;
    frame.modcod = format_.modcod;
    frame.pilots = format_.pilots;
    frame.header = format_.header;
    fill(frame);
    release_ = false;
    ++frames_;
    return true;
}

void ByteTransmitter::fill(waveform::Dvbs2FrameToSend& frame)
{
    const size_t most = format_.modcod->data_field_bytes();
    if (is_transport()) {
        frame.data_field.resize(most);
        packets_.fill(frame.data_field, frame.header);
        return;
    }
    if (is_hem()) {
        frame.data_field.resize(std::min(most, gse_.available()));
        gse_.fill(frame.data_field, frame.header);
        return;
    }
    const auto end = bytes_.begin() + ptrdiff_t(std::min(most, bytes_.size()));
    frame.data_field.assign(bytes_.begin(), end);
    bytes_.erase(bytes_.begin(), end);
}

} // namespace depinsat::blocks
