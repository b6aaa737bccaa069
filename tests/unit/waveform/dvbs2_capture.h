#pragma once

#include "depinsat/channel/awgn.h"
#include "depinsat/channel/clock_error.h"
#include "depinsat/channel/frequency_offset.h"
#include "depinsat/waveform/dvbs2_receiver.h"
#include "depinsat/waveform/dvbs2_transmitter.h"

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

/// Captures for the tests of the receiver: own transmitter, impaired, seeded.
namespace depinsat::waveform::test {

struct CaptureSpec {
    std::string_view modcod = "qpsk_1-2";
    framing::FrameSize size = framing::FrameSize::kShort;
    bool pilots = true;
    unsigned frames = 40;
    double es_n0_db = 3;
    double offset = 0; ///< cycles per symbol
    double clock_ppm = 0;
    double phase = 0;   ///< radians
    size_t dropped = 0; ///< samples cut off at the start, before which comes 0
    double rolloff = 0.20;
    unsigned samples_per_symbol = 2;
    unsigned pl_scrambling_n = 0;
    uint64_t seed = 1;
};

inline std::ostream& operator<<(std::ostream& out, const CaptureSpec& s)
{
    return out << s.modcod << ' ' << to_string(s.size) << (s.pilots ? " pilots" : " no pilots")
               << ", " << s.es_n0_db << " dB, offset " << s.offset << ", " << s.clock_ppm
               << " ppm, phase " << s.phase << ", dropped " << s.dropped << ", roll-off "
               << s.rolloff << ", " << s.samples_per_symbol << " samples/symbol, n "
               << s.pl_scrambling_n << ", seed " << s.seed;
}

/// Data field of frame `index`, from the seed.
inline std::vector<uint8_t> data_of(uint64_t seed, uint64_t index, size_t bytes)
{
    std::vector<uint8_t> data(bytes);
    uint64_t x = seed * 0x9E3779B97F4A7C15u + index * 0xD1B54A32D192ED03u + 1;
    for (auto& byte : data) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        byte = uint8_t(x >> 32);
    }
    for (size_t i = 0; i < 8 && i < bytes; ++i)
        data[i] = uint8_t(index >> (56 - 8 * i));
    return data;
}

/// Index in the first eight bytes of a data field.
inline uint64_t index_of(std::span<const uint8_t> data)
{
    uint64_t index = 0;
    for (size_t i = 0; i < 8; ++i)
        index = index << 8 | data[i];
    return index;
}

/// Counting frames, then dummy frames.
class CountingSource final : public Dvbs2FrameSource
{
public:
    explicit CountingSource(const CaptureSpec& spec)
        : spec_(spec), modcod_(&framing::find_modcod(spec.modcod, spec.size))
    {}

    bool next(Dvbs2FrameToSend& frame) override
    {
        if (sent_ >= spec_.frames)
            return false;
        frame.modcod = modcod_;
        frame.pilots = spec_.pilots;
        frame.header = {};
        frame.data_field = data_of(spec_.seed, sent_++, modcod_->data_field_bytes());
        return true;
    }

    const framing::Modcod& modcod() const { return *modcod_; }
    unsigned sent() const { return sent_; }

private:
    CaptureSpec spec_;
    const framing::Modcod* modcod_;
    unsigned sent_ = 0;
};

inline size_t frame_symbols(const CaptureSpec& spec)
{
    const auto& modcod = framing::find_modcod(spec.modcod, spec.size);
    return 90 + modcod.slots * 90 + (spec.pilots ? (modcod.slots - 1) / 16 * 36 : 0);
}

/// @param tail_symbols  behind the last counting frame: of dummy frames, as long as they last.
inline std::vector<Sample> clean_capture(const CaptureSpec& spec, size_t tail_symbols = 64)
{
    CountingSource source(spec);
    Dvbs2Transmitter transmitter({spec.rolloff, spec.samples_per_symbol, spec.pl_scrambling_n},
                                 source);
    const size_t symbols = spec.frames * frame_symbols(spec) + tail_symbols;
    std::vector<Sample> samples(symbols * spec.samples_per_symbol);
    transmitter.generate(samples);
    return samples;
}

inline std::vector<Sample> impair(const CaptureSpec& spec, std::vector<Sample> samples)
{
    if (spec.clock_ppm != 0) {
        channel::ClockError clock(spec.clock_ppm);
        std::vector<Sample> out(clock.max_output(samples.size()));
        out.resize(clock.process(samples, out));
        samples = std::move(out);
    }
    channel::FrequencyOffset offset(spec.samples_per_symbol, spec.offset, 0, spec.phase);
    offset.process(samples);
    samples.erase(samples.begin(), samples.begin() + ptrdiff_t(spec.dropped));
    channel::Awgn awgn(spec.es_n0_db, spec.samples_per_symbol, spec.seed);
    awgn.add_to(samples);
    return samples;
}

/// What came out for one frame, copied.
struct Received {
    Dvbs2ReceivedFrame frame;
    std::vector<uint8_t> data;
};

struct Reception {
    std::vector<Received> frames;
    Dvbs2ReceiverStats stats;

    /// Frames from..to-1 that came out whole and as sent.
    unsigned good(const CaptureSpec& spec, uint64_t from, uint64_t to) const
    {
        unsigned count = 0;
        for (const auto& [frame, data] : frames) {
            if (frame.failure != Dvbs2Failure::kNone || data.size() < 8)
                continue;
            const uint64_t index = index_of(data);
            count +=
                index >= from && index < to && data == data_of(spec.seed, index, data.size());
        }
        return count;
    }
};

inline Dvbs2ReceiverConfig receiver_config(const CaptureSpec& spec)
{
    return {.sample_rate_hz = 500e3 * spec.samples_per_symbol,
            .symbol_rate_baud = 500e3,
            .rolloff = spec.rolloff,
            .pl_scrambling_n = spec.pl_scrambling_n,
            .max_iterations = 25};
}

/// @param cuts  lengths of the pieces in which the samples are fed, used in turn; empty: whole.
inline Reception receive(const Dvbs2ReceiverConfig& config,
                         std::span<const Sample> samples,
                         std::span<const size_t> cuts = {})
{
    Reception reception;
    Dvbs2Receiver receiver(config, [&](const Dvbs2ReceivedFrame& frame) {
        reception.frames.push_back({frame, {frame.data_field.begin(), frame.data_field.end()}});
    });
    for (size_t turn = 0; !samples.empty(); ++turn) {
        const size_t cut = cuts.empty() ? samples.size() : cuts[turn % cuts.size()];
        const size_t count = std::min(cut, samples.size());
        receiver.process(samples.first(count));
        samples = samples.subspan(count);
    }
    receiver.flush();
    reception.stats = receiver.stats();
    return reception;
}

} // namespace depinsat::waveform::test
