#include "space/satellite.h"

#include "space/sockets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace depinsat::space {
namespace {

using namespace std::chrono_literals;

constexpr double kQueueS = 0.2;      // of downlink that waits for a slow station
constexpr auto kAbsentAfter = 3s;    // three hellos
constexpr auto kMaxLag = 100ms;      // beyond it the satellite's time stands still
constexpr int kMessagesAtOnce = 256; // per socket, between two looks at the clock
constexpr float kMaxAmplitude = 1000.0f;
constexpr size_t kMapBytes = 4096;
constexpr size_t kArrivals = 4096; // messages: 4 s and more of 1 ms each

size_t max_message_bytes(double rate)
{
    return std::max(kMapBytes, ports::max_message_samples(rate) * sizeof(Sample));
}

/// Neither NaN nor an amplitude that would drown the others for ever.
bool sane(std::span<const Sample> samples)
{
    return std::all_of(samples.begin(), samples.end(), [](Sample s) {
        return std::abs(s.real()) <= kMaxAmplitude && std::abs(s.imag()) <= kMaxAmplitude;
    });
}

void log(const std::string& name, const char* what)
{
    std::fprintf(stderr, "depinsat-sat: station %s: %s\n", name.c_str(), what);
}

} // namespace

struct Satellite::Parts {
    std::array<zmq::message_t, 3> part; ///< identity, map, body

    std::string_view identity() const { return part[0].to_string_view(); }
    std::span<const uint8_t> bytes(size_t i) const
    {
        return {part[i].data<uint8_t>(), part[i].size()};
    }
};

Satellite::Satellite(zmq::context_t& context, const config::Satellite& plan, Pace pace)
    : plan_(plan),
      pace_(pace),
      transponder_(plan),
      uplink_(
          bind_router(context, plan.uplink_endpoint, max_message_bytes(plan.sample_rate_hz))),
      downlink_(
          bind_router(context, plan.downlink_endpoint, max_message_bytes(plan.sample_rate_hz))),
      samples_(ports::max_message_samples(plan.sample_rate_hz)),
      delays_s_(plan.paths.size()),
      tick_length_(std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(
          double(transponder_.tick_samples()) / plan.sample_rate_hz)))
{
    const auto capacity =
        std::max(size_t(kQueueS * plan.sample_rate_hz), 2 * transponder_.tick_samples());
    const size_t credit = ports::max_outstanding_samples(plan.sample_rate_hz);
    for (const auto& station : plan.stations)
        stations_.push_back({.name = station.name,
                             .uplink_identity = {},
                             .downlink_identity = {},
                             .heard = {},
                             .queue = DownlinkQueue(capacity, credit),
                             .arrivals = ArrivalLog(kArrivals)});
}

void Satellite::run(const std::atomic<bool>& stop)
{
    next_tick_ = Clock::now() + tick_length_;
    while (!stop) {
        std::array<zmq::pollitem_t, 2> items{
            {{uplink_.handle(), 0, ZMQ_POLLIN, 0}, {downlink_.handle(), 0, ZMQ_POLLIN, 0}}};
        try {
            zmq::poll(items.data(), items.size(), wait());
        } catch (const zmq::error_t& error) {
            if (error.num() != EINTR)
                throw;
        }
        for (zmq::socket_t* socket : {&uplink_, &downlink_})
            for (int i = 0; i < kMessagesAtOnce && receive(*socket); ++i)
                ;
        while (due())
            tick();
        for (auto& station : stations_)
            deliver(station);
        note_absent();
        if (Clock::now() >= next_status_)
            write_status();
    }
    write_status();
}

std::chrono::milliseconds Satellite::wait() const
{
    const auto left = next_tick_ - Clock::now();
    if (pace_ == Pace::kAsFastAsPossible || left > 100ms)
        return 100ms;
    return std::max(0ms, std::chrono::ceil<std::chrono::milliseconds>(left));
}

bool Satellite::receive(zmq::socket_t& socket)
{
    Parts parts;
    size_t count = 0;
    for (bool more = true; more; ++count) {
        zmq::message_t rest;
        auto& part = count < parts.part.size() ? parts.part[count] : rest;
        if (!socket.recv(part, zmq::recv_flags::dontwait))
            return false;
        more = part.more();
    }
    if (count == parts.part.size())
        on_message(&socket == &uplink_, parts);
    else
        ++malformed_;
    return true;
}

void Satellite::on_message(bool up, const Parts& parts)
{
    const auto message = ports::decode_from_station(parts.bytes(1), parts.bytes(2));
    if (!message) {
        ++malformed_;
        return;
    }
    if (const auto* hello = std::get_if<ports::Hello>(&*message))
        return on_hello(up, std::string(parts.identity()), *hello);
    Station* station = by_identity(up, parts.identity());
    if (!station) {
        ++unknown_;
        return;
    }
    const auto* credit = std::get_if<ports::DownlinkCredit>(&*message);
    const auto* samples = std::get_if<ports::Samples>(&*message);
    if (credit && !up)
        station->queue.add_credit(credit->samples);
    else if (samples && up)
        on_samples(size_t(station - stations_.data()), *samples);
    else
        ++station->refused;
}

Satellite::Station* Satellite::by_identity(bool up, std::string_view identity)
{
    for (auto& station : stations_)
        if ((up ? station.uplink_identity : station.downlink_identity) == identity)
            return &station;
    return nullptr;
}

void Satellite::on_hello(bool up, const std::string& identity, const ports::Hello& hello)
{
    const auto station = std::find_if(stations_.begin(), stations_.end(),
                                      [&](auto& s) { return s.name == hello.station; });
    if (station == stations_.end()) {
        ++unknown_;
        return;
    }
    if (hello.sample_rate_hz != plan_.sample_rate_hz) {
        if (station->refused++ == 0)
            log(station->name, "refused: its sample_rate_hz is not that of the satellite");
        return;
    }
    station->heard = Clock::now();
    if (!station->present)
        log(station->name, "present");
    station->present = true;
    auto& known = up ? station->uplink_identity : station->downlink_identity;
    const bool is_new = known != identity;
    known = identity;
    if (!up && is_new)
        station->queue.restart();
    auto& uplink = transponder_.uplink(size_t(station - stations_.begin()));
    if (up && (is_new || !uplink.active())) {
        station->starts += is_new;
        uplink.start(transponder_.now());
    }
}

void Satellite::on_samples(size_t index, const ports::Samples& samples)
{
    Station& station = stations_[index];
    const std::span taken =
        std::span(samples_).first(std::min(samples.count(), samples_.size()));
    samples.copy(0, taken);
    if (samples.sample_rate_hz != plan_.sample_rate_hz || taken.size() != samples.count() ||
        !sane(taken)) {
        station.refused += samples.count();
        return;
    }
    Uplink& uplink = transponder_.uplink(index);
    switch (uplink.accept(samples.first_sample, taken)) {
    case Uplink::Verdict::kAccepted:
        station.samples_in += taken.size();
        station.arrivals.note(samples.first_sample, samples.first_sample + taken.size(),
                              Clock::now());
        break;
    case Uplink::Verdict::kLate:
        station.late += taken.size();
        if (!uplink.active()) // it runs again
            uplink.start(transponder_.now());
        break;
    case Uplink::Verdict::kRefused:
        station.refused += taken.size();
        break;
    }
}

void Satellite::note_absent()
{
    const auto now = Clock::now();
    for (auto& station : stations_)
        if (station.present && now - station.heard > kAbsentAfter) {
            station.present = false;
            log(station.name, "absent");
        }
}

bool Satellite::due()
{
    if (pace_ == Pace::kAsFastAsPossible)
        return all_ready();
    const auto now = Clock::now();
    if (now - next_tick_ > kMaxLag) {
        next_tick_ = now;
        ++clock_slips_;
    }
    if (now < next_tick_)
        return false;
    next_tick_ += tick_length_;
    return true;
}

bool Satellite::all_ready()
{
    for (size_t s = 0; s < stations_.size(); ++s) {
        deliver(stations_[s]);
        if (!transponder_.uplink(s).active() || stations_[s].downlink_identity.empty() ||
            stations_[s].queue.size() > 0 || transponder_.uplink(s).next() < transponder_.now())
            return false;
    }
    return true;
}

void Satellite::tick()
{
    for (size_t s = 0; s < stations_.size(); ++s)
        stations_[s].zeros += transponder_.fill(s);
    for (size_t s = 0; s < stations_.size(); ++s) {
        const uint64_t lost = stations_[s].queue.push(transponder_.receive(s));
        if (!stations_[s].downlink_identity.empty())
            stations_[s].dropped += lost;
    }
    transponder_.advance();
    for (size_t s = 0; s < stations_.size(); ++s)
        grant(s);
}

void Satellite::grant(size_t index)
{
    Station& station = stations_[index];
    const auto grant = transponder_.uplink(index).grant(transponder_.now());
    if (!grant)
        return;
    const auto map =
        ports::encode_map(ports::UplinkCredit{grant->first_sample, grant->samples});
    if (send_to(uplink_, station.uplink_identity, map, {}) == SendResult::kGone)
        station.uplink_identity.clear();
}

void Satellite::deliver(Station& station)
{
    while (!station.downlink_identity.empty()) {
        const auto samples = station.queue.front(samples_.size());
        if (samples.empty())
            return;
        const auto map = ports::encode_map(
            ports::SamplesHeader{station.queue.first_sample(), plan_.sample_rate_hz});
        const auto result =
            send_to(downlink_, station.downlink_identity, map, ports::as_body(samples));
        if (result == SendResult::kGone)
            station.downlink_identity.clear();
        if (result != SendResult::kSent)
            return;
        station.samples_out += samples.size();
        measure_delays(size_t(&station - stations_.data()), station.queue.first_sample());
        station.queue.pop(samples.size());
    }
}

void Satellite::measure_delays(size_t to, uint64_t first_sample)
{
    const auto now = Clock::now();
    for (size_t i = 0; i < plan_.paths.size(); ++i) {
        const auto& path = plan_.paths[i];
        const auto delay = uint64_t(std::llround(path.delay_ms * 1e-3 * plan_.sample_rate_hz));
        if (path.to != to || first_sample < delay)
            continue;
        if (const auto came = stations_[path.from].arrivals.time_of(first_sample - delay))
            delays_s_[i] = std::chrono::duration<double>(now - *came).count();
    }
}

} // namespace depinsat::space
