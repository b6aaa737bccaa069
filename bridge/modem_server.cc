#include "bridge/modem_server.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <bit>

namespace depinsat::bridge {
namespace {

using namespace std::chrono_literals;

constexpr int kHighWaterMark = 256;
constexpr size_t kMaxPending = 64;
constexpr auto kReportTime = 2s;
constexpr size_t kMostReplaced = 16;
constexpr double kMaxAheadSeconds = 10; // an ask for later is of another clock

std::span<const uint8_t> bytes(const zmq::message_t& part)
{
    return {part.data<uint8_t>(), part.size()};
}

/// Makes the directory of its endpoints.
const config::Modem& with_directory(const config::Modem& modem)
{
    if (modem.runtime_directory)
        config::make_runtime_directory(*modem.runtime_directory);
    return modem;
}

double seconds(link::Time time)
{
    return std::chrono::duration<double>(time).count();
}

} // namespace

Curves load_curves(const config::Station& station)
{
    Curves curves;
    for (const config::Path& path : station.paths) {
        curves.emplace_back();
        if (const auto& key_file = path.modem.curve_key_file)
            curves.back() = {ports::load_curve_key_file(*key_file), path.modem.curve_peer_keys};
    }
    return curves;
}

ModemServer::ModemServer(asio::io_context& io,
                         zmq::context_t& context,
                         const config::Station& station,
                         unsigned path,
                         LinkDriver& link,
                         const std::optional<ports::Curve>& curve)
    : path_(station.paths[path]),
      number_(path),
      link_(link),
      modcods_(path_),
      sweep_timer_(io),
      tx_lock_(with_directory(path_.modem).tx_endpoint),
      rx_lock_(path_.modem.rx_endpoint),
      tx_(io, context, zmq::socket_type::router, kHighWaterMark),
      rx_(io, context, zmq::socket_type::pull, kHighWaterMark),
      telemetry_socket_(io, context, zmq::socket_type::sub, kHighWaterMark)
{
    if (curve) {
        gate_.emplace(context, *curve,
                      std::initializer_list<zmq::socket_ref>{tx_.socket(), rx_.socket()});
        ports::use_curve(telemetry_socket_.socket(), *curve);
    }
    link_.watch(
        number_,
        [this](const auto& peer, double es_n0_db) { modcods_.report(peer, es_n0_db, now()); },
        [this](const auto& peer, bool up) { modcods_.set_up(peer, up); });
    tx_.bind(path_.modem.tx_endpoint);
    rx_.bind(path_.modem.rx_endpoint);
    telemetry_socket_.socket().set(zmq::sockopt::subscribe, "");
    telemetry_socket_.socket().set(zmq::sockopt::reconnect_ivl, 100);
    telemetry_socket_.socket().set(zmq::sockopt::ipv6,
                                   path_.modem.telemetry_endpoint.starts_with("tcp://["));
    telemetry_socket_.socket().connect(path_.modem.telemetry_endpoint);
}

void ModemServer::start()
{
    tx_.start([this](auto& parts) { on_tx(parts); });
    rx_.start([this](auto& parts) { on_rx(parts); });
    telemetry_socket_.start([this](auto& parts) { on_telemetry(parts); });
    sweep();
}

void ModemServer::on_tx(ZmqSocket::Parts& parts)
{
    if (parts.size() != 3)
        return;
    const auto message = ports::decode_from_modem(bytes(parts[1]), bytes(parts[2]));
    if (!message)
        return note_malformed("tx");
    if (!meet(parts[0].to_string()))
        return;
    if (const auto* ask = std::get_if<ports::Ask>(&*message))
        answer(*ask);
    else
        take(std::get<ports::Report>(*message));
}

/// Another identity is another modem, or the same one over a new connection: what was not
/// reported never will be. One that was replaced is heard again when the other has fallen
/// silent only: two modems at once would take every frame from each other.
///
/// @return whether it is the one to be answered.
bool ModemServer::meet(const std::string& modem)
{
    const bool silent = now() - heard_at_ > kReportTime + 2 * path_.waveform.frame_time();
    if (modem != modem_ && !silent && std::ranges::count(replaced_, modem))
        return false;
    heard_at_ = now();
    if (modem == modem_)
        return true;
    spdlog::info("{}modem port: a modem has connected", path_.prefix());
    while (!pending_.empty())
        not_reported(pending_.begin());
    replaced_.push_back(std::exchange(modem_, modem));
    if (replaced_.size() > kMostReplaced)
        replaced_.pop_front();
    clock_.reset();
    return true;
}

void ModemServer::answer(const ports::Ask& ask)
{
    if (pending_.contains(ask.sequence))
        return; // asked twice, answered once
    const double received = seconds(now());
    const double ahead =
        ask.needed_at - (ask.sent_at ? clock_.time(*ask.sent_at, received) : received);
    const framing::Modcod& modcod = modcods_.choose(link_.introduces(number_), now());
    const config::Waveform& waveform = path_.waveform;
    ports::Answer answer{ask.sequence,
                         true,
                         {std::string(modcod.name), waveform.frame_size, waveform.pilots,
                          waveform.isi.value_or(0)},
                         framing::StreamType::kGenericContinuous,
                         {}};
    answer.flags.ccm = !modcods_.adaptive();
    answer.flags.single_stream = !waveform.isi;
    if (fits(ask, ahead, modcod))
        fill(answer, modcod, ahead);
    send(answer);
}

bool ModemServer::fits(const ports::Ask& ask,
                       double ahead_s,
                       const framing::Modcod& modcod) const
{
    const auto frame_us =
        std::chrono::ceil<std::chrono::microseconds>(path_.waveform.frame_time(modcod)).count();
    return ahead_s > 0 && ahead_s < kMaxAheadSeconds && frame_us <= int64_t(ask.max_airtime_us);
}

void ModemServer::fill(ports::Answer& answer, const framing::Modcod& modcod, double ahead_s)
{
    if (pending_.size() >= kMaxPending)
        not_reported(pending_.begin());
    answer.data_field.resize(modcod.data_field_bytes());
    const auto due =
        std::chrono::duration_cast<link::Time>(std::chrono::duration<double>(ahead_s));
    const link::Slot slot{number_, now() + due, path_.waveform.frame_time(modcod)};
    answer.idle = link_.fill(next_link_sequence_, answer.data_field, slot) == 0;
    if (answer.idle) {
        answer.data_field.clear();
        return;
    }
    pending_[answer.sequence] = {next_link_sequence_++, now() + due + kReportTime};
    ++frames_.filled;
    ++filled_by_modcod_[answer.format.modcod];
}

void ModemServer::send(const ports::Answer& answer)
{
    const ports::Parts encoded = ports::encode(answer);
    ZmqSocket::Parts parts;
    parts.emplace_back(modem_.data(), modem_.size());
    parts.emplace_back(encoded.map.data(), encoded.map.size());
    parts.emplace_back(encoded.body.data(), encoded.body.size());
    if (!tx_.send(std::move(parts)) && !answer.idle)
        not_sent(pending_.find(answer.sequence));
}

void ModemServer::take(const ports::Report& report)
{
    const auto pending = pending_.find(report.sequence);
    if (pending == pending_.end())
        return;
    if (report.outcome != ports::SendOutcome::kSent)
        return not_sent(pending);
    ++frames_.sent;
    const uint64_t sequence = pending->second.link_sequence;
    pending_.erase(pending);
    link_.sent(sequence, number_);
}

void ModemServer::not_sent(Frames::iterator pending)
{
    ++frames_.late;
    const uint64_t sequence = pending->second.link_sequence;
    pending_.erase(pending);
    link_.not_sent(sequence, number_);
}

void ModemServer::not_reported(Frames::iterator pending)
{
    ++frames_.late;
    const uint64_t sequence = pending->second.link_sequence;
    pending_.erase(pending);
    link_.not_reported(sequence, number_);
}

/// Logs ever more rarely: a modem gone mad fills no disk.
void ModemServer::note_malformed(const char* socket)
{
    if (std::has_single_bit(++malformed_))
        spdlog::warn("{}modem port: message on {} is malformed ({} so far)", path_.prefix(),
                     socket, malformed_);
}

/// As note_malformed(): a port scanner fills no disk either.
void ModemServer::note_strangers()
{
    const uint64_t refused = gate_ ? gate_->refused() : 0;
    if (std::bit_width(refused) != std::bit_width(strangers_))
        spdlog::warn("{}modem port: {} connections refused so far, of keys that are not among "
                     "modem.curve_peer_keys or of no key",
                     path_.prefix(), refused);
    strangers_ = refused;
}

void ModemServer::sweep()
{
    note_strangers();
    for (auto next = pending_.begin(); next != pending_.end();) {
        const auto pending = next++;
        if (pending->second.give_up <= now())
            not_reported(pending);
    }
    sweep_timer_.expires_after(250ms);
    sweep_timer_.async_wait([this](error_code error) {
        if (!error)
            sweep();
    });
}

/// GSE of the station's own stream: other streams on the carrier are other people's.
bool ModemServer::is_ours(const ports::RxFrame& frame) const
{
    const auto& isi = path_.waveform.isi;
    return frame.stream_type == framing::StreamType::kGenericContinuous &&
           (!isi || (!frame.flags.single_stream && frame.format.isi == *isi));
}

void ModemServer::on_rx(ZmqSocket::Parts& parts)
{
    const auto frame = parts.size() == 2
                           ? ports::decode_rx_frame(bytes(parts[0]), bytes(parts[1]))
                           : std::nullopt;
    if (!frame)
        return note_malformed("rx");
    if (path_.waveform.report_reception)
        link_.hear(frame->snr_db, number_);
    if (frame->failure != ports::FrameFailure::kNone) {
        ++frames_.failed;
        return;
    }
    ++frames_.received;
    if (!is_ours(*frame)) {
        ++frames_.foreign;
        return;
    }
    link_.receive(frame->data_field, number_);
}

void ModemServer::on_telemetry(ZmqSocket::Parts& parts)
{
    auto telemetry = parts.size() == 2
                         ? ports::decode_telemetry(bytes(parts[0]), bytes(parts[1]))
                         : std::nullopt;
    if (!telemetry)
        return note_malformed("telemetry");
    if (telemetry->locked && path_.waveform.report_reception)
        link_.hear(telemetry->snr_db, number_); // of dummy frames, too
    telemetry_ = std::move(telemetry);
    telemetry_time_ = now();
}

} // namespace depinsat::bridge
