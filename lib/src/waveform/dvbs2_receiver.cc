#include "depinsat/waveform/dvbs2_receiver.h"

#include "dvbs2_carrier.h"
#include "dvbs2_decoding.h"
#include "dvbs2_equaliser.h"
#include "dvbs2_frame_sync.h"
#include "dvbs2_front_end.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace depinsat::waveform {

namespace {

constexpr double kRecentre = 1e-3; // cycles per symbol that the matched filter may be off
constexpr uint64_t kForgetCarrier = 1 << 18; // symbols of search, after which the carrier may
                                             // be anywhere
constexpr double kWideRecentre = 0.02;       // as kRecentre, on what the spectrum says
constexpr size_t kConstellation = 1024;

} // namespace

struct Dvbs2Receiver::Impl {
    Impl(const Dvbs2ReceiverConfig& config, FrameSink frame_sink, Executor* executor)
        : symbol_rate(config.symbol_rate_baud),
          sink(std::move(frame_sink)),
          front_end(config),
          frame_sync(config.spectral_inversion),
          carrier(config.pl_scrambling_n, config.symbol_rate_baud),
          decoding(config.max_iterations,
                   executor ? *executor : inline_executor,
                   [this](const auto& frame, auto symbols) { pass_on(frame, symbols); })
    {
        stats.spectrum_inverted = front_end.inverted();
        if (config.equaliser)
            equaliser.emplace(config.pl_scrambling_n);
    }

    void run(uint64_t end, bool last);
    void receive(Dvbs2FrameSync::Frame frame);
    bool decode(const Dvbs2FrameSync::Frame& frame);
    void pass_on(const Dvbs2ReceivedFrame& frame, std::span<const Sample> symbols);
    void recentre(double frequency);
    void invert();
    void flush();
    void restart(uint64_t lost);
    void lost(uint64_t samples);
    Dvbs2ReceivedFrame report(uint64_t first, const framing::Modcod* modcod, bool pilots) const;
    void seek_carrier();
    uint64_t symbols_in_input() const;
    double cfo_hz(double frequency) const;

    double symbol_rate;
    FrameSink sink;
    Dvbs2FrontEnd front_end;
    sync::SymbolBuffer buffer;
    Dvbs2FrameSync frame_sync;
    std::optional<Dvbs2Equaliser> equaliser;
    Dvbs2Carrier carrier;
    Dvbs2ReceiverStats stats;
    std::vector<Sample> constellation;
    uint64_t last_frame_end = 0; // symbol
    bool flushed = false;        // and no input since
    bool search_wider = false;   // a frame failed, perhaps for a wrong carrier
    bool confirmed = false;      // a frame has come out since the carrier was last searched for
    size_t not_judged = Dvbs2Decoding::kLag; // frames still to come out that began before that
    InlineExecutor inline_executor;
    Dvbs2Decoding decoding; // last, since its end waits for the frames in hand
};

double Dvbs2Receiver::Impl::cfo_hz(double frequency) const
{
    const double hz = (front_end.frequency() + frequency) * symbol_rate;
    return front_end.inverted() ? -hz : hz;
}

void Dvbs2Receiver::Impl::recentre(double frequency)
{
    front_end.recentre(frequency, buffer);
    frame_sync.recentred(frequency);
}

void Dvbs2Receiver::Impl::invert()
{
    front_end.invert(buffer);
    frame_sync.inverted();
    stats.spectrum_inverted = front_end.inverted();
}

void Dvbs2Receiver::Impl::flush()
{
    if (flushed)
        return;
    front_end.flush(buffer);
    run(symbols_in_input(), true);
    flushed = true;
}

void Dvbs2Receiver::Impl::lost(uint64_t samples)
{
    flush();
    if (const auto cut = frame_sync.unfinished(); cut && cut->modcod && frame_sync.locked())
        decoding.deliver_failed(report(cut->first, cut->modcod, cut->pilots),
                                Dvbs2Failure::kGap);
    restart(samples);
    ++stats.gaps;
}

/// Behind flush().
void Dvbs2Receiver::Impl::restart(uint64_t lost)
{
    front_end.restart(lost);
    buffer.drop_before(buffer.end());
    frame_sync.restart(buffer.end());
    last_frame_end = buffer.end();
    stats.locked = false;
    stats.lock_losses = frame_sync.lock_losses();
    flushed = false;
}

void Dvbs2Receiver::Impl::seek_carrier()
{
    front_end.watch(!frame_sync.locked());
    if (frame_sync.locked())
        return;
    const auto offset = front_end.off_centre();
    if (offset && std::abs(*offset) > kWideRecentre)
        recentre(*offset);
    if (offset || frame_sync.place() < last_frame_end + kForgetCarrier)
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
    seek_carrier();
    stats.locked = frame_sync.locked();
    stats.lock_losses = frame_sync.lock_losses();
    stats.symbol_rate_error_ppm = float(-1e6 * front_end.loop().rate());
}

void Dvbs2Receiver::Impl::receive(Dvbs2FrameSync::Frame frame)
{
    if (Dvbs2FrameSync::is_inverted(frame.frequency)) {
        invert();
        frame.frequency = Dvbs2FrameSync::inverted_frequency(frame.frequency);
    }
    if (std::abs(frame.frequency) > kRecentre) {
        recentre(frame.frequency);
        frame.frequency = 0;
    }
    if (equaliser)
        equaliser->equalise(buffer, frame.first, frame.plframe);
    frame.frequency = carrier.recover(frame.plframe, frame.frequency, frame.range, frame.held);
    const bool dummy = !frame.plframe.modcod;
    search_wider = false;
    if (!(dummy ? frame.sure || carrier.carrier_found() : decode(frame)))
        return frame_sync.reject();
    if (equaliser && frame.sure && carrier.carrier_found())
        equaliser->learn(frame.plframe, frame.frequency);
    stats.dummy_frames += dummy;
    stats.snr_db = float(carrier.snr().recent_es_n0_db());
    stats.cfo_hz = float(cfo_hz(frame.frequency));
    last_frame_end = frame.first + frame.plframe.symbols.size();
    frame_sync.accept({.frequency = frame.frequency + carrier.drift(),
                       .certain = carrier.carrier_found() && !search_wider,
                       .held = search_wider && confirmed,
                       .whole = carrier.wanders()});
    confirmed = confirmed && !search_wider;
}

Dvbs2ReceivedFrame
Dvbs2Receiver::Impl::report(uint64_t first, const framing::Modcod* modcod, bool pilots) const
{
    Dvbs2ReceivedFrame frame{};
    frame.first_sample =
        uint64_t(std::llround(std::max(front_end.input_time(buffer.time(first)), 0.0)));
    frame.modcod = modcod;
    frame.pilots = pilots;
    frame.snr_db = float(carrier.snr().recent_es_n0_db());
    frame.cfo_hz = stats.cfo_hz;
    return frame;
}

/// @return false if it is no frame.
bool Dvbs2Receiver::Impl::decode(const Dvbs2FrameSync::Frame& frame)
{
    auto received = report(frame.first, frame.plframe.modcod, frame.plframe.pilots);
    received.cfo_hz = float(cfo_hz(frame.frequency));
    const auto n0 = float(carrier.snr().n0());
    if (!frame.sure)
        return decoding.try_now(received, carrier.xfecframe(), n0);
    const bool failed = decoding.start(received, carrier.xfecframe(), n0);
    // Frames from before the carrier was searched for again say nothing of it now.
    const bool judged = not_judged == 0;
    search_wider = judged && failed;
    confirmed = confirmed || (judged && !failed);
    not_judged = search_wider ? Dvbs2Decoding::kLag : not_judged - !judged;
    return true;
}

void Dvbs2Receiver::Impl::pass_on(const Dvbs2ReceivedFrame& frame,
                                  std::span<const Sample> symbols)
{
    ++(frame.failure == Dvbs2Failure::kNone ? stats.frames : stats.failed_frames);
    const auto shown = symbols.first(std::min(symbols.size(), kConstellation));
    constellation.assign(shown.begin(), shown.end());
    sink(frame);
}

uint64_t Dvbs2Receiver::Impl::symbols_in_input() const
{
    const double end =
        double(front_end.input_samples()) + 0.5 * front_end.input_samples_per_symbol();
    uint64_t count = buffer.end();
    while (count > buffer.begin() && front_end.input_time(buffer.time(count - 1)) >= end)
        --count;
    return count;
}

Dvbs2Receiver::Dvbs2Receiver(const Dvbs2ReceiverConfig& config,
                             FrameSink sink,
                             Executor* executor)
    : impl_(std::make_unique<Impl>(config, std::move(sink), executor))
{}

Dvbs2Receiver::~Dvbs2Receiver() = default;

void Dvbs2Receiver::process(std::span<const Sample> in)
{
    if (impl_->flushed && !in.empty())
        impl_->restart(0);
    while (!in.empty()) {
        in = in.subspan(impl_->front_end.process(in, impl_->buffer));
        impl_->run(impl_->buffer.end(), false);
    }
    impl_->decoding.deliver();
}

void Dvbs2Receiver::flush()
{
    impl_->flush();
    impl_->decoding.finish();
}

void Dvbs2Receiver::lost(uint64_t samples)
{
    impl_->lost(samples);
}

void Dvbs2Receiver::deliver()
{
    impl_->decoding.deliver();
}

void Dvbs2Receiver::finish_frames()
{
    impl_->decoding.finish();
}

bool Dvbs2Receiver::frame_ready() const
{
    return impl_->decoding.ready();
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
