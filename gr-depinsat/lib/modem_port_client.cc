#include "modem_port_client.h"

#include "depinsat/framing/plframe.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace depinsat::blocks {
namespace {

using namespace std::chrono_literals;

size_t symbols_of_dummy()
{
    return framing::plframe_symbols(framing::kDummySlots, false);
}

const framing::Modcod* modcod_of(const ports::FrameFormat& format)
{
    const auto* modcod = framing::look_up_modcod(format.modcod, format.frame_size);
    return modcod && can_be_sent(*modcod, format.pilots) ? modcod : nullptr;
}

ports::FrameFailure to_port(waveform::Dvbs2Failure failure)
{
    switch (failure) {
    case waveform::Dvbs2Failure::kNone:
        return ports::FrameFailure::kNone;
    case waveform::Dvbs2Failure::kLdpc:
        return ports::FrameFailure::kLdpc;
    case waveform::Dvbs2Failure::kBch:
        return ports::FrameFailure::kBch;
    case waveform::Dvbs2Failure::kBbHeader:
        return ports::FrameFailure::kBbheader;
    case waveform::Dvbs2Failure::kGap:
        break;
    }
    return ports::FrameFailure::kGap;
}

framing::BbHeader header_of(const ports::Answer& answer)
{
    const ports::StreamFlags& flags = answer.flags;
    framing::BbHeader header;
    header.stream_type = answer.stream_type;
    header.single_stream = flags.single_stream;
    header.ccm = flags.ccm;
    header.issyi = flags.issyi;
    header.npd = flags.npd;
    header.isi = answer.format.isi;
    header.upl_bits = flags.upl_bits;
    header.sync = flags.sync;
    header.syncd = flags.syncd;
    return header;
}

ports::StreamFlags flags_of(const framing::BbHeader& header)
{
    return {header.ccm,      header.single_stream, header.issyi, header.npd,
            header.upl_bits, header.syncd,         header.sync};
}

ModemTxClient::Config checked(const ModemTxClient::Config& config)
{
    require_guarded("tx_endpoint", config.endpoint, config.curve);
    if (config.lead < 1ms || config.lead > 100ms)
        throw std::invalid_argument("lead_ms: allowed is 1 to 100");
    if (!(config.symbol_rate_baud >= 1e3 && config.symbol_rate_baud <= 60e6))
        throw std::invalid_argument("symbol_rate_baud: allowed is 1000 to 60000000");
    return config;
}

double seconds_of(std::chrono::steady_clock::time_point time)
{
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

} // namespace

PortSocket::Curve load_curve(const std::string& key_file,
                             const std::vector<std::string>& peer_keys)
{
    if (key_file.empty()) {
        if (!peer_keys.empty())
            throw std::invalid_argument("curve_peer_keys: of no use without curve_key_file");
        return {};
    }
    ports::Curve curve;
    for (const std::string& text : peer_keys) {
        const auto key = ports::from_z85(text);
        if (!key)
            throw std::invalid_argument("curve_peer_keys: \"" + text.substr(0, 60) +
                                        "\" is no CURVE public key in Z85");
        curve.peers.push_back(*key);
    }
    if (curve.peers.empty())
        throw std::invalid_argument("curve_peer_keys: at least one is needed");
    try {
        curve.own = ports::load_curve_key_file(key_file);
    } catch (const std::runtime_error& error) {
        throw std::invalid_argument(std::string("curve_key_file: ") + error.what());
    }
    return curve;
}

ModemTxClient::ModemTxClient(const Config& config)
    : config_(checked(config)),
      socket_(PortSocket::connected(zmq::socket_type::dealer,
                                    "tx_endpoint",
                                    config.endpoint,
                                    2 * kMaxAsks,
                                    config.curve)),
      // Numbers of an earlier modem must not come again while the daemon remembers them.
      sequence_(uint64_t(Clock::now().time_since_epoch() / 1us)),
      symbols_on_air_(symbols_of_dummy())
{}

void ModemTxClient::symbols_left(size_t symbols)
{
    const double lead =
        config_.symbol_rate_baud * std::chrono::duration<double>(config_.lead).count();
    size_t ahead = symbols + symbols_asked_for();
    while (double(ahead) <= lead && asked_.size() < kMaxAsks && may_ask() && ask(ahead))
        ahead += symbols_on_air_;
}

size_t ModemTxClient::symbols_asked_for() const
{
    size_t symbols = 0;
    for (const Asked& asked : asked_) {
        const framing::Modcod* modcod =
            asked.answer && !asked.answer->idle ? modcod_of(asked.answer->format) : nullptr;
        symbols += modcod ? framing::plframe_symbols(modcod->slots, asked.answer->format.pilots)
                          : symbols_on_air_;
    }
    return symbols;
}

bool ModemTxClient::may_ask() const
{
    return unanswered_ < kPatience || Clock::now() - last_ask_ >= kRetry;
}

bool ModemTxClient::ask(size_t symbols_ahead)
{
    const auto now = Clock::now();
    const double needed_at = seconds_of(now) + double(symbols_ahead) / config_.symbol_rate_baud;
    const ports::Parts parts =
        encode(ports::Ask{sequence_, needed_at, config_.max_airtime_us, seconds_of(now)});
    if (!socket_.send(parts.map, parts.body))
        return false;
    asked_.push_back({sequence_++, now, {}});
    last_ask_ = now;
    return true;
}

bool ModemTxClient::next(waveform::Dvbs2FrameToSend& frame)
{
    take_answers(0us);
    symbols_on_air_ = symbols_of_dummy();
    if (asked_.empty())
        return false;
    const auto until = asked_.front().at + config_.lead;
    for (auto left = until - Clock::now(); !asked_.front().answer && left > 0ns;
         left = until - Clock::now())
        take_answers(std::chrono::ceil<std::chrono::microseconds>(left));
    const Asked asked = std::move(asked_.front());
    asked_.pop_front();
    if (asked.answer)
        return fill(*asked.answer, frame);
    ++unanswered_;
    return false;
}

void ModemTxClient::take_answers(std::chrono::microseconds wait)
{
    while (socket_.receive(wait)) {
        if (auto answer = ports::decode_answer(socket_.map(), socket_.body()))
            take_answer(std::move(*answer));
        else
            ++counts_.refused;
        wait = 0us;
    }
}

void ModemTxClient::take_answer(ports::Answer answer)
{
    unanswered_ = 0;
    for (Asked& asked : asked_)
        if (asked.sequence == answer.sequence) {
            asked.answer = std::move(answer);
            return;
        }
    if (answer.idle || answer.sequence >= sequence_)
        return;
    ++counts_.late;
    report(answer.sequence, ports::SendOutcome::kLate);
}

bool ModemTxClient::fill(const ports::Answer& answer, waveform::Dvbs2FrameToSend& frame)
{
    if (answer.idle) {
        ++counts_.idle;
        report(answer.sequence, ports::SendOutcome::kIdle);
        return false;
    }
    const framing::Modcod* modcod = modcod_of(answer.format);
    if (!modcod || answer.data_field.size() > modcod->data_field_bytes()) {
        ++counts_.refused;
        report(answer.sequence, ports::SendOutcome::kLate);
        return false;
    }
    frame.modcod = modcod;
    frame.pilots = answer.format.pilots;
    frame.header = header_of(answer);
    frame.data_field.assign(answer.data_field.begin(), answer.data_field.end());
    symbols_on_air_ = framing::plframe_symbols(modcod->slots, frame.pilots);
    ++counts_.sent;
    report(answer.sequence, ports::SendOutcome::kSent);
    return true;
}

void ModemTxClient::report(uint64_t sequence, ports::SendOutcome outcome)
{
    // A daemon that is away has forgotten the frame; one that comes back asks for no account.
    const ports::Parts parts = encode(ports::Report{sequence, outcome});
    socket_.send(parts.map, parts.body);
}

ModemRxClient::ModemRxClient(const std::string& rx_endpoint,
                             const std::string& telemetry_endpoint,
                             const PortSocket::Curve& curve)
    : frames_socket_((
          require_guarded("rx_endpoint", rx_endpoint, curve),
          PortSocket::connected(zmq::socket_type::push, "rx_endpoint", rx_endpoint, 1, curve))),
      telemetry_socket_(
          (require_guarded("telemetry_endpoint", telemetry_endpoint, curve),
           PortSocket::bound(
               zmq::socket_type::pub, "telemetry_endpoint", telemetry_endpoint, 4, curve)))
{}

void ModemRxClient::add(const waveform::Dvbs2ReceivedFrame& received, double time)
{
    ports::RxFrame frame;
    frame.sequence = received.sequence;
    last_modcod_ = received.modcod->name;
    frame.format = {last_modcod_, received.modcod->frame_size, received.pilots, uint8_t(0)};
    if (received.failure == waveform::Dvbs2Failure::kNone) {
        frame.format.isi = received.header.isi;
        frame.stream_type = received.header.stream_type;
        frame.flags = flags_of(received.header);
    }
    frame.snr_db = received.snr_db;
    frame.cfo_hz = received.cfo_hz;
    frame.iterations = received.iterations;
    frame.corrected = received.corrected;
    frame.time = time;
    frame.failure = to_port(received.failure);
    frame.data_field.assign(received.data_field.begin(), received.data_field.end());
    frames_.push_back(encode(frame));
    send_frames();
    if (frames_.size() > kMaxFrames) {
        frames_.pop_front();
        ++dropped_;
    }
}

void ModemRxClient::send_frames()
{
    while (!frames_.empty() && frames_socket_.send(frames_.front().map, frames_.front().body))
        frames_.pop_front();
}

void ModemRxClient::send_telemetry(const waveform::Dvbs2ReceiverStats& stats,
                                   std::span<const Sample> constellation,
                                   const ModemTxClient::Counts& transmitter,
                                   double time)
{
    ports::Telemetry telemetry;
    telemetry.locked = stats.locked;
    telemetry.snr_db = stats.snr_db;
    telemetry.cfo_hz = stats.cfo_hz;
    telemetry.symbol_rate_error_ppm = stats.symbol_rate_error_ppm;
    telemetry.modcod = last_modcod_;
    telemetry.spectrum_inverted = stats.spectrum_inverted;
    telemetry.gaps = stats.gaps;
    telemetry.frames = {transmitter.sent,    transmitter.idle,   transmitter.late, stats.frames,
                        stats.failed_frames, stats.dummy_frames, dropped_};
    telemetry.time = time;
    telemetry.constellation.assign(constellation.begin(), constellation.end());
    const ports::Parts parts = encode(telemetry);
    telemetry_socket_.send(parts.map, parts.body);
}

} // namespace depinsat::blocks
