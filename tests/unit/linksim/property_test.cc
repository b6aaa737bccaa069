// Random paths and traffic: what must never happen does not, and what has time arrives.
#include "linksim/simulation.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>

using namespace depinsat;
using namespace depinsat::linksim;
using namespace std::chrono_literals;

namespace {

class Dice
{
public:
    explicit Dice(uint64_t seed) : random_(seed) {}
    double between(double low, double high)
    {
        return low + (high - low) * double(random_() >> 11) * 0x1p-53;
    }
    double scaled(double low, double high) // evenly in the logarithm
    {
        return std::exp(between(std::log(low), std::log(high)));
    }
    bool chance(double share) { return between(0, 1) < share; }
    size_t below(size_t end) { return size_t(between(0, double(end))); }
    Time time(double low, double high) { return Time(int64_t(1e9 * scaled(low, high))); }

private:
    std::mt19937_64 random_;
};

Direction random_direction(Dice& dice)
{
    Direction d;
    d.bits_per_second = dice.scaled(2400, 50e6);
    d.frame_bytes = size_t(dice.scaled(150, std::min(8000.0, 200 + d.bits_per_second / 8)));
    if (dice.chance(0.8))
        d.loss = {dice.between(0, 0.3), dice.chance(0.5) ? 1 : dice.between(1, 10)};
    return d;
}

Flow random_flow(Dice& dice, const Scenario& s, From from)
{
    const Direction& d = from == From::kUsers ? s.up : s.down;
    Flow flow{.from = from, .message_class = link::Class(dice.below(link::kClasses))};
    flow.bytes = size_t(dice.scaled(8, 20000));
    // Each flow alone would take a part of the rate; together they may be too much.
    const double rate = d.bits_per_second / 8 * dice.scaled(0.01, 0.4) / double(s.users);
    flow.interval = Time(int64_t(1e9 * (double(flow.bytes) + 40) / rate));
    if (dice.chance(0.6))
        flow.lifetime = s.delay + dice.time(0.2, 60);
    flow.limit = 300;
    flow.keyed = dice.chance(0.3);
    return flow;
}

Scenario random_scenario(uint64_t seed)
{
    Dice dice(seed);
    Scenario s{.name = "random"};
    s.users = dice.chance(0.3) ? 1 + dice.below(5) : 1;
    s.up = random_direction(dice);
    s.down = random_direction(dice);
    s.delay = dice.time(0.005, 1.5);
    s.duration = 1500s;
    s.rest = 1200s;
    s.watch_nonces = true;
    for (size_t i = 0; i < 1 + dice.below(6); ++i)
        s.flows.push_back(
            random_flow(dice, s, dice.chance(0.5) ? From::kUsers : From::kGateway));
    while (dice.chance(0.4))
        s.outages.push_back({dice.time(1, 300), dice.time(0.5, 100)});
    return s;
}

/// Modems of several paths ask without pause: frames of less would only take time.
void lengthen(Direction& d)
{
    d.frame_bytes = std::max(d.frame_bytes, size_t(d.bits_per_second / 8 * 0.002));
}

/// Further paths, some of which carry one way only; on the first one all goes both ways.
Scenario with_random_paths(Scenario s, uint64_t seed)
{
    Dice dice(seed);
    lengthen(s.up);
    lengthen(s.down);
    for (size_t i = 0; i < 1 + dice.below(3); ++i) {
        PathSpec path{
            random_direction(dice), random_direction(dice), dice.time(0.005, 1.5), {}, {}};
        lengthen(path.up);
        lengthen(path.down);
        if (dice.chance(0.2))
            (dice.chance(0.5) ? path.up : path.down).loss = {1};
        while (dice.chance(0.5))
            path.outages.push_back({dice.time(1, 300), dice.time(0.5, 100)});
        s.more_paths.push_back(path);
    }
    return s;
}

/// Some paths are there at times only, the first one at the end, too.
Scenario with_random_passes(Scenario s, uint64_t seed)
{
    Dice dice(seed);
    const auto passes = [&] {
        std::vector<Pass> all;
        for (Time at = dice.time(1, 60); at < s.duration; at += dice.time(2, 200)) {
            all.push_back({at, dice.time(1, 100)});
            at += all.back().length;
        }
        return all;
    };
    s.passes = passes();
    s.passes.push_back({s.duration - 600s, 600s});
    for (PathSpec& path : s.more_paths)
        if (dice.chance(0.6))
            path.passes = passes();
    return s;
}

void require_nothing_wrong(const Ledger::Violations& v)
{
    BOOST_TEST(v.doubled == 0u);
    BOOST_TEST(v.late == 0u);
    BOOST_TEST(v.damaged == 0u);
    BOOST_TEST(v.lost == 0u);
    BOOST_TEST(v.done_anyway == 0u);
    BOOST_TEST(v.told_twice == 0u);
    BOOST_TEST(v.not_told == 0u);
}

/// As many seeds as asked for, or a multiple of that in the long run.
auto seeds(int count)
{
    const char* times = std::getenv("DEPINSAT_SEEDS_TIMES");
    return boost::unit_test::data::xrange(count * (times ? std::atoi(times) : 1));
}

/// What all links together may have at the end: each idle peer its share, each key that is
/// known, and each message that still waits.
void require_little_memory(Simulation& simulation)
{
    size_t bound = 2 * simulation.scenario().users * 65536;
    for (const auto& r : simulation.ledger().records())
        bound += 256 + (r.outcome ? 0 : 2 * r.bytes + 1024);
    BOOST_TEST(simulation.end() < bound);
}

size_t not_done_for_ever(const Simulation& simulation)
{
    size_t count = 0;
    for (const auto& r : simulation.ledger().records())
        count += r.deadline > simulation.now() && r.outcome != link::Outcome::kDone;
    return count;
}

} // namespace

BOOST_DATA_TEST_CASE(nothing_is_lost_doubled_or_late, seeds(200), seed)
{
    Simulation simulation(random_scenario(uint64_t(seed)), uint64_t(seed));
    simulation.run(Time::max());
    require_nothing_wrong(simulation.violations());
    BOOST_TEST(not_done_for_ever(simulation) == 0u);
    BOOST_TEST(simulation.nonces()->repeated() == 0u);
    require_little_memory(simulation);
}

BOOST_DATA_TEST_CASE(several_paths_lose_and_double_nothing, seeds(15), seed)
{
    const auto number = 3000 + uint64_t(seed);
    Simulation simulation(with_random_paths(random_scenario(number), ~number), number);
    simulation.run(Time::max());
    require_nothing_wrong(simulation.violations());
    BOOST_TEST(not_done_for_ever(simulation) == 0u);
    BOOST_TEST(simulation.nonces()->repeated() == 0u);
    require_little_memory(simulation);
}

BOOST_DATA_TEST_CASE(passes_lose_and_double_nothing, seeds(15), seed)
{
    const auto number = 4000 + uint64_t(seed);
    Scenario scenario = random_scenario(number);
    if (seed % 2)
        scenario = with_random_paths(scenario, ~number);
    Simulation simulation(with_random_passes(scenario, number * number), number);
    simulation.run(Time::max());
    require_nothing_wrong(simulation.violations());
    BOOST_TEST(simulation.frames_outside() == 0u);
    BOOST_TEST(not_done_for_ever(simulation) == 0u);
    BOOST_TEST(simulation.nonces()->repeated() == 0u);
    require_little_memory(simulation);
}

BOOST_AUTO_TEST_CASE(a_frame_may_begin_in_one_pass_and_end_in_the_next_but_not_behind_it)
{
    Scenario scenario{.name = "adjoining"};
    scenario.up = scenario.down = {.bits_per_second = 6400, .frame_bytes = 800}; // 1 s
    scenario.passes = {{10s, 50s}, {60s, 30s}};
    scenario.flows = {{.message_class = link::Class::kBulk, .bytes = 5000, .backlog = 20000}};
    scenario.duration = 120s;
    scenario.watch_nonces = true;
    Simulation simulation(scenario, 1);
    simulation.run(Time::max());
    require_nothing_wrong(simulation.violations());
    BOOST_TEST(simulation.frames_outside() == 0u);
    BOOST_TEST(simulation.traffic().up.frames > 70u); // of 80 s, but for the handshake
    BOOST_TEST(simulation.traffic().up.frames <= 80u);
}

BOOST_DATA_TEST_CASE(crashes_of_either_side_lose_and_double_nothing_with_a_key, seeds(60), seed)
{
    Scenario scenario = random_scenario(2000 + uint64_t(seed));
    for (size_t i = 0; i < scenario.flows.size(); ++i)
        scenario.flows[i].keyed = i % 3 != 2;
    scenario.crashes = 1 + size_t(seed) % 12;
    Simulation simulation(scenario, uint64_t(seed));
    simulation.run(Time::max());
    require_nothing_wrong(simulation.violations());
    size_t lost = 0;
    for (const auto& r : simulation.ledger().records())
        lost += r.accepted && !r.received && r.outcome && r.deadline > simulation.now();
    BOOST_TEST(lost == 0u);
    BOOST_TEST(simulation.nonces()->repeated() == 0u);
    require_little_memory(simulation);
}

// Messages of the gateway's earlier runs are unknown to it; those to it are not doubled.
BOOST_DATA_TEST_CASE(a_gateway_that_starts_again_doubles_nothing, seeds(100), seed)
{
    Scenario scenario = random_scenario(1000 + uint64_t(seed));
    scenario.restarts = {50s, 51s, 120s, 250s};
    Simulation simulation(scenario, uint64_t(seed));
    simulation.run(Time::max());
    require_nothing_wrong(simulation.violations());
    size_t open = 0;
    for (const auto& r : simulation.ledger().records())
        open += !r.outcome;
    BOOST_TEST(open == 0u);
}

BOOST_AUTO_TEST_CASE(the_ledger_finds_what_must_not_happen)
{
    Ledger ledger;
    const auto make = [&] {
        return ledger.make(link::Class::kBlock, 20, false, 1s, 5s);
    };
    const auto good = make(), twice = make(), late = make(), claimed = make(), refuted = make();
    auto damaged = make();
    make(); // never told
    ledger.received(good, 2s);
    ledger.outcome(0, link::Outcome::kDone);
    BOOST_TEST(ledger.check(1s).all() == 0u);
    ledger.received(twice, 2s);
    ledger.received(twice, 3s);
    ledger.received(late, 6s);
    ledger.outcome(3, link::Outcome::kDone);
    ledger.received(refuted, 2s);
    ledger.outcome(4, link::Outcome::kNotDone);
    ledger.outcome(4, link::Outcome::kNotDone);
    damaged.bytes[19] ^= 1;
    ledger.received(damaged, 2s);
    const auto v = ledger.check(10s);
    BOOST_TEST(v.doubled == 1u);
    BOOST_TEST(v.late == 1u);
    BOOST_TEST(v.damaged == 1u);
    BOOST_TEST(v.lost == 1u);
    BOOST_TEST(v.done_anyway == 1u);
    BOOST_TEST(v.told_twice == 1u);
    BOOST_TEST(v.not_told == 4u);
}

BOOST_AUTO_TEST_CASE(bursts_have_the_share_and_length_that_was_asked_for)
{
    Path path({0.1, 5}, {}, 1);
    int lost = 0, bursts = 0;
    bool before = false;
    for (int i = 0; i < 200000; ++i) {
        const bool bad = !path.arrives(Time(i));
        lost += bad;
        bursts += bad && !before;
        before = bad;
    }
    BOOST_TEST(std::abs(lost - 20000) < 1000);
    BOOST_TEST(std::abs(double(lost) / bursts - 5) < 0.3);
}
