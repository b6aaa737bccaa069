#include "space/satellite.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdio>

// What comes from the stations.
namespace depinsat::space {
namespace {

constexpr auto kAbsentAfter = std::chrono::seconds(3); // three hellos
constexpr float kMaxAmplitude = 1000.0f;

/// Neither NaN nor an amplitude that would drown the others for ever.
bool sane(std::span<const Sample> samples)
{
    return std::all_of(samples.begin(), samples.end(), [](Sample s) {
        return std::abs(s.real()) <= kMaxAmplitude && std::abs(s.imag()) <= kMaxAmplitude;
    });
}

void log(const std::string& name, const std::string& what)
{
    std::fprintf(stderr, "depinsat-sat: station %s: %s\n", name.c_str(), what.c_str());
}

std::string number_text(double value)
{
    return nlohmann::json(value).dump();
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
        if (std::has_single_bit(++strangers_)) // ever more rarely
            log(hello.station, "refused: not in the configuration");
        return;
    }
    if (hello.sample_rate_hz != plan_.sample_rate_hz) {
        if (station->refused++ == 0)
            log(station->name, "refused: its sample_rate_hz is " +
                                   number_text(hello.sample_rate_hz) + ", the satellite's is " +
                                   number_text(plan_.sample_rate_hz));
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

} // namespace depinsat::space
