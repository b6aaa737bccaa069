#include "linksim/simulation.h"

#include <algorithm>

namespace depinsat::linksim {
namespace {

link::KeyPair key_of(uint64_t station)
{
    std::array<uint8_t, 32> secret{};
    for (size_t i = 0; i < 8; ++i)
        secret[i + 1] =
            uint8_t(station >> 8 * i); // the lowest bits of a secret key count for nothing
    secret[31] = 1;
    return link::key_pair_of(secret);
}

void add(Station::Totals& sum, const Station::Totals& more)
{
    sum.frames += more.frames;
    sum.frame_bytes += more.frame_bytes;
    sum.used_bytes += more.used_bytes;
}

/// Passes may overlap: a frame may begin in one and end in the next.
bool covered(const std::vector<Pass>& passes, Time from, Time until)
{
    for (bool further = true; further && from < until;) {
        further = false;
        for (const Pass& pass : passes)
            if (pass.start <= from && from < pass.start + pass.length) {
                from = pass.start + pass.length;
                further = true;
            }
    }
    return from >= until;
}

} // namespace

Simulation::Simulation(Scenario scenario, uint64_t seed)
    : scenario_(std::move(scenario)), paths_(scenario_.paths())
{
    if (scenario_.watch_nonces || scenario_.crashes)
        nonces_.emplace();
    make_stations(seed);
    plan_crashes(seed);
    for (const Flow& flow : scenario_.flows)
        events_.at(flow.start, [this, &flow] {
            if (flow.from == From::kGateway)
                gateway_->run(flow, scenario_.duration - scenario_.rest);
            else
                for (const auto& user : users_)
                    user->run(flow, scenario_.duration - scenario_.rest);
        });
    for (const Time restart : scenario_.restarts)
        events_.at(restart, [this] { gateway_->restart(); });
    events_.at(scenario_.measured_from, [this] { before_ = traffic(); });
    events_.at(scenario_.measured_from, [this] { watch_clocks(); });
}

Station::Settings Simulation::settings_of(bool user) const
{
    Station::Settings settings{
        user, scenario_.lead,        user ? scenario_.user_clock : scenario_.gateway_clock,
        {},   scenario_.crashes > 0, scenario_.old_journals};
    for (const PathSpec& path : paths_)
        settings.paths.push_back(
            {user ? path.up : path.down, path.told_delay.value_or(path.delay),
             std::max(path.up.frame_time(), path.down.frame_time()), Time(0), path.passes});
    return settings;
}

void Simulation::plan_crashes(uint64_t seed)
{
    std::mt19937_64 random(seed);
    for (size_t i = 0; i < scenario_.crashes; ++i) {
        const size_t which = random() % (users_.size() + 1);
        Station& station = which == 0 ? *gateway_ : *users_[which - 1];
        const auto until = uint64_t((scenario_.duration - scenario_.rest).count());
        events_.at(Time(int64_t(random() % until)), [&station] { station.crash(); });
    }
}

size_t Simulation::end()
{
    size_t bytes = gateway_->end();
    for (const auto& user : users_)
        bytes += user->end();
    return bytes;
}

uint64_t Simulation::crashes() const
{
    uint64_t crashes = gateway_->crashes();
    for (const auto& user : users_)
        crashes += user->crashes();
    return crashes;
}

void Simulation::make_stations(uint64_t seed)
{
    std::seed_seq sequence{seed, uint64_t(scenario_.users)};
    const size_t paths = paths_.size();
    std::vector<uint64_t> seeds((3 * paths + 1) * scenario_.users + 2);
    sequence.generate(seeds.begin(), seeds.end());
    auto next = seeds.begin();
    const link::KeyPair gateway_key = key_of(1);
    std::vector<link::PublicKey> keys;
    up_.resize(scenario_.users);
    down_.resize(scenario_.users);
    for (size_t i = 0; i < scenario_.users; ++i) {
        for (const PathSpec& path : paths_) {
            up_[i].emplace_back(path.up.loss, path.outages, *next++);
            down_[i].emplace_back(path.down.loss, path.outages, *next++);
        }
        keys.push_back(key_of(i + 2).public_key);
    }
    const size_t before = memory_in_use();
    gateway_ = std::make_unique<Station>(
        events_, ledger_, settings_of(false), gateway_key, keys,
        [this](unsigned path, auto frame, Time end) { to_users(path, frame, end); }, *next++);
    peer_bytes_ = double(memory_in_use() - before) / double(scenario_.users);
    Station::Settings settings = settings_of(true);
    for (size_t i = 0; i < scenario_.users; ++i) {
        for (auto& path : settings.paths)
            path.phase = Time(int64_t(*next++ % uint64_t(path.sends.frame_time().count())));
        users_.push_back(std::make_unique<Station>(
            events_, ledger_, settings, key_of(i + 2),
            std::vector<link::PublicKey>{gateway_key.public_key},
            [this, i](unsigned path, auto frame, Time end) { to_gateway(i, path, frame, end); },
            *next++));
    }
}

bool Simulation::in_pass(unsigned path, const Direction& direction, Time end)
{
    const auto& passes = paths_[path].passes;
    const bool in = passes.empty() || covered(passes, end - direction.frame_time(), end);
    frames_outside_ += !in;
    return in;
}

void Simulation::to_gateway(size_t user, unsigned path, const Frame& frame, Time end)
{
    if (in_pass(path, paths_[path].up, end) && up_[user][path].arrives(end))
        events_.at(end + paths_[path].delay,
                   [this, path, frame] { gateway_->receive(path, *frame); });
}

void Simulation::to_users(unsigned path, const Frame& frame, Time end)
{
    if (!in_pass(path, paths_[path].down, end))
        return;
    std::vector<uint32_t> hearers;
    for (size_t i = 0; i < users_.size(); ++i)
        if (down_[i][path].arrives(end))
            hearers.push_back(uint32_t(i));
    events_.at(end + paths_[path].delay, [this, path, frame, hearers = std::move(hearers)] {
        for (const uint32_t i : hearers)
            users_[i]->receive(path, *frame);
    });
}

// Of the first user; where nobody has a clock of its own there is nothing to see.
void Simulation::watch_clocks()
{
    const Clock plain;
    if (scenario_.user_clock.origin == plain.origin && scenario_.user_clock.wall.empty())
        return;
    clocks_.look(*users_.front(), *gateway_, key_of(1).public_key, now());
    events_.at(now() + ClockWatch::kInterval, [this] { watch_clocks(); });
}

bool Simulation::run(Time until)
{
    const Time end = std::min(until, scenario_.duration);
    while (events_.step(end)) {
    }
    return end < scenario_.duration;
}

Ledger::Violations Simulation::violations() const
{
    return ledger_.check(now() - 60 * scenario_.delay - std::chrono::seconds(60),
                         scenario_.late_by);
}

Simulation::Traffic Simulation::traffic() const
{
    Traffic traffic;
    for (const auto& user : users_) {
        add(traffic.up, user->totals());
        add(traffic.users, user->stats());
    }
    traffic.down = gateway_->totals();
    traffic.gateway = gateway_->stats();
    return traffic;
}

} // namespace depinsat::linksim
