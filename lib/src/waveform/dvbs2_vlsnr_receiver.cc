#include "depinsat/waveform/dvbs2_vlsnr_receiver.h"

#include "depinsat/fec/bch_decoder.h"
#include "depinsat/fec/ldpc_decoder.h"
#include "depinsat/framing/bbframe.h"
#include "depinsat/framing/plframe.h"
#include "depinsat/framing/rolloff.h"
#include "depinsat/sync/agc.h"
#include "dvbs2_vlsnr_carrier.h"
#include "dvbs2_vlsnr_mapper.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <utility>

namespace depinsat::waveform {
namespace {

using framing::kVlSnrHeaderSymbols;

constexpr size_t kPlaces = 256; // half symbols that are searched at once
constexpr size_t kPiece = 4096; // samples taken at once
constexpr double kEarly = 16;   // symbols before the header that is expected next
constexpr size_t kShown = 1024; // symbols of constellation()
constexpr double kLockSymbols = Dvbs2VlSnrReceiver::kFramesOfLock * 33372.0;

const Dvbs2ReceiverConfig& checked(const Dvbs2ReceiverConfig& config)
{
    const double ratio = config.sample_rate_hz / config.symbol_rate_baud;
    if (!(config.symbol_rate_baud > 0) || !(ratio >= 1.2 && ratio <= 8))
        throw std::invalid_argument("sample_rate_hz must be 1.2 to 8 times symbol_rate_baud");
    if (config.equaliser || config.iq_correction)
        throw std::invalid_argument("equaliser and iq_correction are not built for VL-SNR");
    if (config.max_iterations == 0)
        throw std::invalid_argument("max_iterations must be 1 or more");
    return config;
}

struct Decoders {
    Decoders(const framing::Modcod& modcod, unsigned max_iterations)
        : ldpc(fec::find_ldpc_code(modcod.fec_code), max_iterations),
          bch(fec::find_bch_code(modcod.fec_code))
    {}

    fec::LdpcDecoder ldpc;
    fec::BchDecoder bch;
};

} // namespace

struct Dvbs2VlSnrReceiver::Impl {
    Impl(const Dvbs2ReceiverConfig& receiver_config, FrameSink frame_sink)
        : config(checked(receiver_config)),
          symbol(config.sample_rate_hz / config.symbol_rate_baud),
          sink(std::move(frame_sink)),
          sampler(symbol, config.rolloff),
          carrier(config.pl_scrambling_n),
          next(sampler.begin())
    {
        stats.spectrum_inverted = inverted();
    }

    bool inverted() const { return config.spectral_inversion == SpectralInversion::kInverted; }
    void take(std::span<const Sample> in);
    void run(bool last);
    void end_input();
    bool search();
    bool receive(bool last);
    Dvbs2ReceivedFrame report(const framing::Modcod&, double start, double frequency);
    void cut_off(const framing::Modcod&);
    void decode(const framing::Modcod&, const Dvbs2VlSnrCarrier::Result&);
    void count(const Dvbs2ReceivedFrame&, const Dvbs2VlSnrCarrier::Result&);
    void parse(const framing::Modcod&, Decoders&, bool ldpc_holds, Dvbs2ReceivedFrame&);

    Dvbs2ReceiverConfig config;
    double symbol; // samples
    FrameSink sink;
    Dvbs2VlSnrSampler sampler;
    Dvbs2VlSnrSearch headers;
    Dvbs2VlSnrCarrier carrier;
    Dvbs2VlSnrMapper mapper;
    std::map<const framing::Modcod*, std::unique_ptr<Decoders>> decoders;
    double next; // time from which a header is searched, samples
    std::optional<Dvbs2VlSnrSearch::Hit> hit;
    std::vector<Sample> halves, piece;
    std::vector<Llr> llrs;
    std::vector<uint8_t> message;
    uint64_t sequence = 0, found = 0;
    int64_t skew = 0; // samples that were lost, less the silence in their place
    bool in_gap = false;
    double decoded = 0; // time of the last frame that was
    Dvbs2ReceiverStats stats;
    std::span<const Sample> shown;
};

void Dvbs2VlSnrReceiver::Impl::take(std::span<const Sample> in)
{
    piece.assign(in.begin(), in.end());
    sync::sanitize(piece);
    if (inverted())
        for (Sample& x : piece)
            x = std::conj(x);
    sampler.push(piece);
}

bool Dvbs2VlSnrReceiver::Impl::search()
{
    const size_t wanted = kPlaces + 2 * kVlSnrHeaderSymbols + 128;
    if (next + 0.5 * symbol * double(wanted) > sampler.end())
        return false;
    halves.resize(wanted);
    sampler.read(next, 0.5 * symbol, halves);
    hit = headers.find(halves, kPlaces);
    next += 0.5 * symbol * double(hit ? hit->place : kPlaces);
    found += hit.has_value();
    sampler.drop_before(next - symbol);
    if (stats.locked && next - decoded > kLockSymbols * symbol) {
        stats.locked = false;
        ++stats.lock_losses;
    }
    return true;
}

/// @return false if more samples are needed.
bool Dvbs2VlSnrReceiver::Impl::receive(bool last)
{
    const auto modcod = std::ranges::find_if(framing::vlsnr_modcods(), [&](const auto& row) {
        return row.vlsnr->header == hit->header;
    });
    const size_t symbols = framing::payload_symbols(modcod->slots, true);
    const double length = symbol * (double(symbols) + 8);
    if (next + length > sampler.end()) {
        if (last)
            cut_off(*modcod);
        return last;
    }
    const auto result = carrier.find(sampler, *modcod, next, hit->frequency);
    decode(*modcod, result);
    next = result.start +
           symbol * (1 + result.clock) * (double(symbols) + framing::kPlHeaderSymbols) -
           kEarly * symbol;
    hit.reset();
    return true;
}

Dvbs2ReceivedFrame
Dvbs2VlSnrReceiver::Impl::report(const framing::Modcod& modcod, double start, double frequency)
{
    Dvbs2ReceivedFrame frame{};
    frame.sequence = sequence++;
    const double header = start - framing::kPlHeaderSymbols * symbol + double(skew);
    frame.first_sample = uint64_t(std::llround(std::max(header, 0.0)));
    frame.modcod = &modcod;
    frame.pilots = true;
    const double hz = frequency * config.symbol_rate_baud;
    frame.cfo_hz = float(inverted() ? -hz : hz);
    return frame;
}

/// The input, or what lies before a gap, ends in the middle of a frame.
void Dvbs2VlSnrReceiver::Impl::cut_off(const framing::Modcod& modcod)
{
    if (in_gap) {
        auto frame = report(modcod, next, hit->frequency);
        frame.snr_db = stats.snr_db;
        frame.failure = Dvbs2Failure::kGap;
        ++stats.failed_frames;
        sink(frame);
    }
    hit.reset();
    next = sampler.end();
}

void Dvbs2VlSnrReceiver::Impl::decode(const framing::Modcod& modcod,
                                      const Dvbs2VlSnrCarrier::Result& found_carrier)
{
    auto& use = decoders[&modcod];
    if (!use)
        use = std::make_unique<Decoders>(modcod, config.max_iterations);
    const auto data = carrier.data(sampler, modcod, found_carrier);
    double power = 0;
    for (const Sample& x : data)
        power += std::norm(x);
    const double n0 = std::max(power / double(data.size()) - 1, 1e-3);
    llrs.resize(modcod.n_ldpc);
    mapper.demap(modcod, data, float(n0), llrs);
    message.resize(use->ldpc.code().k / 8);
    const auto iterations = use->ldpc.decode(llrs, message);

    shown = data.first(std::min(kShown, data.size()));
    auto frame = report(modcod, found_carrier.start, found_carrier.frequency);
    frame.snr_db = float(-10 * std::log10(n0));
    frame.iterations = iterations.value_or(config.max_iterations);
    parse(modcod, *use, iterations.has_value(), frame);
    count(frame, found_carrier);
    sink(frame);
}

void Dvbs2VlSnrReceiver::Impl::count(const Dvbs2ReceivedFrame& frame,
                                     const Dvbs2VlSnrCarrier::Result& found_carrier)
{
    if (frame.failure != Dvbs2Failure::kNone) {
        carrier.forget();
        ++stats.failed_frames;
        return;
    }
    ++stats.frames;
    stats.locked = true;
    decoded = found_carrier.start;
    stats.snr_db = frame.snr_db;
    stats.cfo_hz = frame.cfo_hz;
    stats.symbol_rate_error_ppm = float(-1e6 * found_carrier.clock);
}

void Dvbs2VlSnrReceiver::Impl::parse(const framing::Modcod& modcod,
                                     Decoders& use,
                                     bool ldpc_holds,
                                     Dvbs2ReceivedFrame& frame)
{
    const auto corrected = use.bch.decode(std::span(message).last(use.bch.code().n / 8));
    if (!corrected) {
        frame.failure = ldpc_holds ? Dvbs2Failure::kBch : Dvbs2Failure::kLdpc;
        return;
    }
    frame.corrected = *corrected;
    const auto bytes =
        std::span(message).subspan(modcod.vlsnr->shortened / 8, (modcod.k_bch + 7) / 8);
    const auto bbframe = framing::parse_bbframe(bytes);
    if (!bbframe || bbframe->header.data_field_bits > modcod.k_bch - 80) {
        frame.failure = Dvbs2Failure::kBbHeader;
        return;
    }
    frame.header = bbframe->header;
    frame.data_field = bbframe->data_field;
}

void Dvbs2VlSnrReceiver::Impl::run(bool last)
{
    while (hit ? receive(last) : search()) {
    }
}

/// Behind the last symbol the filter and the search want as much again.
void Dvbs2VlSnrReceiver::Impl::end_input()
{
    const std::vector<Sample> silence(size_t(symbol * 2 * kVlSnrHeaderSymbols) + kPiece);
    take(silence);
    run(true);
    skew -= int64_t(silence.size());
}

Dvbs2VlSnrReceiver::Dvbs2VlSnrReceiver(const Dvbs2ReceiverConfig& config, FrameSink sink)
    : impl_(std::make_unique<Impl>(config, std::move(sink)))
{}

Dvbs2VlSnrReceiver::~Dvbs2VlSnrReceiver() = default;

void Dvbs2VlSnrReceiver::process(std::span<const Sample> in)
{
    while (!in.empty()) {
        const size_t count = std::min(in.size(), kPiece);
        impl_->take(in.first(count));
        impl_->run(false);
        in = in.subspan(count);
    }
}

void Dvbs2VlSnrReceiver::flush()
{
    impl_->end_input();
}

void Dvbs2VlSnrReceiver::lost(uint64_t samples)
{
    ++impl_->stats.gaps;
    impl_->in_gap = true;
    impl_->end_input();
    impl_->in_gap = false;
    impl_->skew += int64_t(samples);
}

const Dvbs2ReceiverStats& Dvbs2VlSnrReceiver::stats() const
{
    return impl_->stats;
}

std::span<const Sample> Dvbs2VlSnrReceiver::constellation() const
{
    return impl_->shown;
}

uint64_t Dvbs2VlSnrReceiver::headers() const
{
    return impl_->found;
}

} // namespace depinsat::waveform
