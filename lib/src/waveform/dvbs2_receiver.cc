#include "depinsat/waveform/dvbs2_receiver.h"

#include "dvbs2_carrier.h"
#include "dvbs2_frame_decoder.h"
#include "dvbs2_frame_sync.h"
#include "dvbs2_front_end.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace depinsat::waveform {

namespace {

constexpr double kRecentre = 1e-3; // cycles per symbol that the matched filter may be off
constexpr uint64_t kForgetCarrier = 1 << 18; // symbols of search, after which the carrier may
                                             // be anywhere
constexpr size_t kConstellation = 1024;

const Dvbs2ReceiverConfig& checked(const Dvbs2ReceiverConfig& config)
{
    const double ratio = config.sample_rate_hz / config.symbol_rate_baud;
    if (!(config.symbol_rate_baud > 0) || !(ratio >= 1.9 && ratio <= 8))
        throw std::invalid_argument("sample_rate_hz must be 1.9 to 8 times symbol_rate_baud");
    if (config.rolloff != 0.35 && config.rolloff != 0.25 && config.rolloff != 0.20)
        throw std::invalid_argument("rolloff must be 0.35, 0.25 or 0.20");
    return config;
}

} // namespace

struct Dvbs2Receiver::Impl {
    Impl(const Dvbs2ReceiverConfig& config, FrameSink frame_sink)
        : symbol_rate(checked(config).symbol_rate_baud),
          inverted(config.spectral_inversion),
          sink(std::move(frame_sink)),
          front_end(config),
          carrier(config.pl_scrambling_n),
          decoder(config.max_iterations)
    {}

    void run(uint64_t end, bool last);
    void receive(Dvbs2FrameSync::Frame frame);
    bool deliver(const Dvbs2FrameSync::Frame& frame);
    void recentre(double frequency);
    void forget_carrier();
    uint64_t symbols_in_input() const;
    double cfo_hz(double frequency) const;

    double symbol_rate;
    bool inverted;
    FrameSink sink;
    Dvbs2FrontEnd front_end;
    sync::SymbolBuffer buffer;
    Dvbs2FrameSync frame_sync;
    Dvbs2Carrier carrier;
    Dvbs2FrameDecoder decoder;
    Dvbs2ReceiverStats stats;
    std::vector<Sample> constellation;
    uint64_t sequence = 0;
    uint64_t last_frame_end = 0; // symbol
};

double Dvbs2Receiver::Impl::cfo_hz(double frequency) const
{
    const double hz = (front_end.frequency() + frequency) * symbol_rate;
    return inverted ? -hz : hz;
}

void Dvbs2Receiver::Impl::recentre(double frequency)
{
    front_end.recentre(frequency, buffer);
    frame_sync.recentred(frequency);
}

void Dvbs2Receiver::Impl::forget_carrier()
{
    if (frame_sync.locked() || frame_sync.place() < last_frame_end + kForgetCarrier)
        return;
    last_frame_end = frame_sync.place();
    carrier.forget();
    if (front_end.frequency() != 0)
        recentre(-front_end.frequency());
}

void Dvbs2Receiver::Impl::run(uint64_t end, bool last)
{
    while (const auto frame = frame_sync.next(buffer, end, last))
        receive(*frame);
    forget_carrier();
    stats.locked = frame_sync.locked();
    stats.lock_losses = frame_sync.lock_losses();
    stats.symbol_rate_error_ppm = float(-1e6 * front_end.loop().rate());
}

void Dvbs2Receiver::Impl::receive(Dvbs2FrameSync::Frame frame)
{
    if (std::abs(frame.frequency) > kRecentre) {
        recentre(frame.frequency);
        frame.frequency = 0;
    }
    frame.frequency = carrier.recover(frame.plframe, frame.frequency, frame.range);
    const bool dummy = !frame.plframe.modcod;
    const bool good = dummy ? carrier.carrier_found() : deliver(frame);
    if (!good && !frame.sure)
        return frame_sync.reject();
    stats.dummy_frames += dummy;
    stats.snr_db = float(carrier.snr().es_n0_db());
    stats.cfo_hz = float(cfo_hz(frame.frequency));
    last_frame_end = frame.first + frame.plframe.symbols.size();
    frame_sync.accept(frame.frequency, good);
}

bool Dvbs2Receiver::Impl::deliver(const Dvbs2FrameSync::Frame& frame)
{
    const auto symbols = carrier.xfecframe();
    const auto result =
        decoder.decode(*frame.plframe.modcod, symbols, float(carrier.snr().n0()));
    const bool good = result.failure == Dvbs2Failure::kNone;
    if (!good && !frame.sure)
        return false;
    ++(good ? stats.frames : stats.failed_frames);
    constellation.assign(symbols.begin(),
                         symbols.begin() + ptrdiff_t(std::min(symbols.size(), kConstellation)));
    const double time = std::max(buffer.time(frame.first), 0.0);
    sink({.sequence = sequence++,
          .first_sample = uint64_t(std::llround(time)),
          .modcod = frame.plframe.modcod,
          .pilots = frame.plframe.pilots,
          .snr_db = float(carrier.snr().es_n0_db()),
          .cfo_hz = float(cfo_hz(frame.frequency)),
          .iterations = result.iterations,
          .corrected = result.corrected,
          .failure = result.failure,
          .header = result.header,
          .data_field = result.data_field});
    return good;
}

uint64_t Dvbs2Receiver::Impl::symbols_in_input() const
{
    const double end = double(front_end.input_samples()) + 0.5 * front_end.samples_per_symbol();
    uint64_t count = buffer.end();
    while (count > buffer.begin() && buffer.time(count - 1) >= end)
        --count;
    return count;
}

Dvbs2Receiver::Dvbs2Receiver(const Dvbs2ReceiverConfig& config, FrameSink sink)
    : impl_(std::make_unique<Impl>(config, std::move(sink)))
{}

Dvbs2Receiver::~Dvbs2Receiver() = default;

void Dvbs2Receiver::process(std::span<const Sample> in)
{
    while (!in.empty()) {
        in = in.subspan(impl_->front_end.process(in, impl_->buffer));
        impl_->run(impl_->buffer.end(), false);
    }
}

void Dvbs2Receiver::flush()
{
    impl_->front_end.flush(impl_->buffer);
    impl_->run(impl_->symbols_in_input(), true);
}

const Dvbs2ReceiverStats& Dvbs2Receiver::stats() const
{
    return impl_->stats;
}

std::span<const Sample> Dvbs2Receiver::constellation() const
{
    return impl_->constellation;
}

} // namespace depinsat::waveform
