#include "space/satellite.h"

#include "space/sockets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

namespace depinsat::space {
namespace {

using namespace std::chrono_literals;

constexpr double kQueueS = 0.2;      // of downlink that waits for a slow station
constexpr auto kMaxLag = 100ms;      // beyond it the satellite's time stands still
constexpr int kMessagesAtOnce = 256; // per socket, between two looks at the clock
constexpr size_t kMapBytes = 4096;
constexpr size_t kArrivals = 4096; // messages: 4 s and more of 1 ms each

size_t max_message_bytes(double rate)
{
    return std::max(kMapBytes, ports::max_message_samples(rate) * sizeof(Sample));
}

} // namespace

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
    check_status_file();
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

void Satellite::disturb(const config::Satellite& plan)
{
    config::Satellite disturbed = plan_;
    disturbed.fades = plan.fades;
    disturbed.losses = plan.losses;
    if (disturbed != plan)
        throw std::invalid_argument("only [[fade]] and [[loss]] change while it runs; all "
                                    "else as it was");
    transponder_.disturb(plan);
    plan_ = plan;
}

void Satellite::run(const std::atomic<bool>& stop, const std::function<void()>& between)
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
        between();
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
    const auto least = pace_ == Pace::kPatient ? 1ms : 0ms; // it may wait for a station
    return std::max(least, std::chrono::ceil<std::chrono::milliseconds>(left));
}

bool Satellite::due()
{
    if (pace_ == Pace::kAsFastAsPossible)
        return all_ready();
    return (pace_ == Pace::kRealTime || nobody_late()) && clock_due();
}

/// Whether a tick now loses no sample of a station that has come.
bool Satellite::nobody_late()
{
    for (size_t s = 0; s < stations_.size(); ++s) {
        deliver(stations_[s]);
        const bool sends = transponder_.uplink(s).active();
        const bool hears = !stations_[s].downlink_identity.empty();
        if ((sends && transponder_.missing(s)) ||
            (hears && !stations_[s].queue.has_room(transponder_.tick_samples())))
            return false;
    }
    return true;
}

bool Satellite::clock_due()
{
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
