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

} // namespace

Simulation::Simulation(Scenario scenario, uint64_t seed) : scenario_(std::move(scenario))
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
    std::vector<uint64_t> seeds(4 * scenario_.users + 2);
    sequence.generate(seeds.begin(), seeds.end());
    auto next = seeds.begin();
    const link::KeyPair gateway_key = key_of(1);
    std::vector<link::PublicKey> keys;
    for (size_t i = 0; i < scenario_.users; ++i) {
        up_.emplace_back(scenario_.up.loss, scenario_.outages, *next++);
        down_.emplace_back(scenario_.down.loss, scenario_.outages, *next++);
        keys.push_back(key_of(i + 2).public_key);
    }
    const Time slowest = std::max(scenario_.up.frame_time(), scenario_.down.frame_time());
    Station::Settings settings{
        false,   scenario_.down, scenario_.delay,       scenario_.lead,
        slowest, Time(0),        scenario_.crashes > 0, scenario_.old_journals};
    const size_t before = memory_in_use();
    gateway_ = std::make_unique<Station>(
        events_, ledger_, settings, gateway_key, keys,
        [this](auto frame, Time end) { to_users(frame, end); }, *next++);
    peer_bytes_ = double(memory_in_use() - before) / double(scenario_.users);
    settings.initiator = true;
    settings.sends = scenario_.up;
    for (size_t i = 0; i < scenario_.users; ++i) {
        settings.phase = Time(int64_t(*next++ % uint64_t(scenario_.up.frame_time().count())));
        users_.push_back(std::make_unique<Station>(
            events_, ledger_, settings, key_of(i + 2),
            std::vector<link::PublicKey>{gateway_key.public_key},
            [this, i](auto frame, Time end) { to_gateway(i, frame, end); }, *next++));
    }
}

void Simulation::to_gateway(size_t user,
                            const std::shared_ptr<const std::vector<uint8_t>>& frame,
                            Time end)
{
    if (up_[user].arrives(end))
        events_.at(end + scenario_.delay, [this, frame] { gateway_->receive(*frame); });
}

void Simulation::to_users(const std::shared_ptr<const std::vector<uint8_t>>& frame, Time end)
{
    std::vector<uint32_t> hearers;
    for (size_t i = 0; i < users_.size(); ++i)
        if (down_[i].arrives(end))
            hearers.push_back(uint32_t(i));
    events_.at(end + scenario_.delay, [this, frame, hearers = std::move(hearers)] {
        for (const uint32_t i : hearers)
            users_[i]->receive(*frame);
    });
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
    return ledger_.check(now() - 60 * scenario_.delay - std::chrono::seconds(60));
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
