#include "space/transponder.h"

#include "depinsat/channel/fade.h"
#include "ports/sample_port.h"

#include <algorithm>
#include <cmath>

namespace depinsat::space {
namespace {

constexpr double kTickS = 0.002;

channel::Doppler make_doppler(const config::SatelliteDoppler& d)
{
    return {d.offset_hz, d.rate_hz_per_s, d.limit_hz, d.amplitude_hz, d.period_s};
}

double amplitude(double db)
{
    return std::pow(10.0, db / 20.0);
}

} // namespace

Transponder::Transponder(const config::Satellite& plan)
    : sample_rate_hz_(plan.sample_rate_hz),
      tick_samples_(std::max<size_t>(1, size_t(plan.sample_rate_hz * kTickS))),
      receivers_(plan.stations.size()),
      carrier_(tick_samples_),
      sum_(tick_samples_)
{
    disturb(plan);
    const auto delay_of = [&](const config::SatellitePath& path) {
        return uint64_t(std::llround(path.delay_ms * 1e-3 * sample_rate_hz_));
    };
    for (size_t s = 0; s < plan.stations.size(); ++s) {
        const auto& station = plan.stations[s];
        uint64_t shortest = 0, longest = 0;
        for (const auto& path : plan.paths)
            if (path.from == s) {
                shortest = shortest ? std::min(shortest, delay_of(path)) : delay_of(path);
                longest = std::max(longest, delay_of(path));
            }
        // The samples of a station that nobody hears are due at once.
        shortest_delays_.push_back(std::max<uint64_t>(shortest, tick_samples_));
        uplink_dopplers_.push_back(make_doppler(station.uplink_doppler));
        receivers_[s].doppler = make_doppler(station.downlink_doppler);
        uplinks_.emplace_back(longest + 2 * tick_samples_,
                              ports::max_outstanding_samples(sample_rate_hz_));
    }
    for (const auto& path : plan.paths) {
        auto& receiver = receivers_[path.to];
        const bool shifts = path.offset_hz != 0.0 || !uplink_dopplers_[path.from].none() ||
                            !receiver.doppler.none();
        receiver.paths.push_back({path.from, delay_of(path), path.offset_hz, path.gain_db,
                                  shifts, channel::FrequencyOffset(sample_rate_hz_, 0.0)});
        if (const auto es_n0_db = plan.stations[path.to].es_n0_db; es_n0_db && !receiver.noise)
            receiver.noise.emplace(*es_n0_db,
                                   sample_rate_hz_ / plan.stations[path.from].symbol_rate_baud,
                                   plan.seed + path.to);
    }
}

void Transponder::disturb(const config::Satellite& plan)
{
    fades_ = plan.fades;
    losses_.clear();
    for (const auto& loss : plan.losses)
        losses_.push_back(
            {loss.station, loss.up, {loss.share, loss.seconds, plan.seed + losses_.size()}});
}

bool Transponder::missing(size_t station) const
{
    return now_ + tick_samples_ > uplinks_[station].next() + shortest_delays_[station];
}

uint64_t Transponder::fill(size_t station)
{
    const uint64_t end = now_ + tick_samples_, delay = shortest_delays_[station];
    return end <= delay ? 0 : uplinks_[station].fill(end - delay);
}

std::span<const Sample> Transponder::receive(size_t station)
{
    Receiver& receiver = receivers_[station];
    const double received = seconds(double(now_));
    const double down_fade = fade_db(station, false, received);
    const bool deaf = lost(station, false, received);
    std::fill(sum_.begin(), sum_.end(), Sample());
    for (Path& path : receiver.paths) {
        uplinks_[path.from].read(int64_t(now_) - int64_t(path.delay), carrier_);
        const double sent = seconds(double(now_) - double(path.delay));
        if (path.shifts)
            shift(path, receiver);
        if (!deaf && !lost(path.from, true, sent))
            add(amplitude(path.gain_db - down_fade - fade_db(path.from, true, sent)));
    }
    if (receiver.noise)
        receiver.noise->add_to(sum_);
    return sum_;
}

void Transponder::shift(Path& path, const Receiver& receiver)
{
    const double received = seconds(double(now_));
    const double sent = std::max(0.0, seconds(double(now_) - double(path.delay)));
    const auto& up = uplink_dopplers_[path.from];
    path.rotator.set(path.offset_hz + up.hz(sent) + receiver.doppler.hz(received),
                     up.hz_per_s(sent) + receiver.doppler.hz_per_s(received));
    path.rotator.process(carrier_);
}

void Transponder::add(double gain)
{
    for (size_t i = 0; i < sum_.size(); ++i)
        sum_[i] += float(gain) * carrier_[i];
}

// Looks at the middle of the tick, since a stretch begins where a tick does.
bool Transponder::lost(size_t station, bool up, double time_s) const
{
    time_s += seconds(double(tick_samples_) / 2.0);
    return std::ranges::any_of(losses_, [&](const Loss& loss) {
        return loss.station == station && loss.up == up && loss.erasures.at(time_s);
    });
}

double Transponder::fade_db(size_t station, bool up, double time_s) const
{
    double db = 0.0;
    for (const auto& f : fades_)
        if (f.station == station && f.up == up)
            db += channel::Fade{f.start_s, f.seconds, f.period_s, f.db, f.ramp_s}.at(time_s);
    return db;
}

} // namespace depinsat::space
