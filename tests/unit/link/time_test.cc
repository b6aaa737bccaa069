// Clocks of two stations: what they learn of each other, and deadlines by it.
#include "link/peer_clock.h"
#include "simulated_path.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::link;
using namespace depinsat::link::test;
using namespace std::chrono_literals;

namespace {

constexpr Time kEpoch = 500000h; ///< Unix time at the start
constexpr Time kUserOrigin = 77777s, kGatewayOrigin = 300000s;

struct Clocks {
    TwoKeys keys;
    std::unique_ptr<Station> user = keys.make_user(), gateway = keys.make_gateway();
    Path path{AirConfig{}};
    double fast_ppm[2] = {0, 0};

    Clocks()
    {
        path.clock = [this](int station, Time now) {
            return (station ? kGatewayOrigin : kUserOrigin) + now +
                   Time(int64_t(double(now.count()) * fast_ppm[station] / 1e6));
        };
    }
    Time time_of(int station) const { return path.clock(station, path.now); }
    void run(Time time) { path.run(*user, *gateway, path.now + time); }
    std::optional<PeerTime> told_user() const
    {
        return user->link.peer_time(user->peer_key, time_of(0));
    }
    std::optional<PeerTime> told_gateway() const
    {
        return gateway->link.peer_time(gateway->peer_key, time_of(1));
    }
    /// Of the user's estimate.
    Time wrong() const
    {
        const Time wrap = time_of_units(int64_t(1) << 32);
        const Time off =
            std::chrono::abs(told_user()->offset - (time_of(1) - time_of(0))) % wrap;
        return std::min(off, wrap - off);
    }
    void require_bound() const
    {
        BOOST_TEST_REQUIRE(told_user().has_value());
        BOOST_TEST((wrong() <= told_user()->error), wrong().count() << " ns");
    }
    MessageId send(Station& from, int station, Time lifetime, size_t bytes = 100)
    {
        return from.link.send(from.peer_key, message_of(random_bytes(bytes, 1), Class::kDuty),
                              time_of(station), time_of(station) + lifetime);
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(units_of_time_go_there_and_back)
{
    for (const int64_t units : {int64_t(0), int64_t(1), int64_t(-1), int64_t(31), int64_t(-33),
                                int64_t(1) << 32, int64_t(28000000000000)}) {
        const int64_t back = link_units(time_of_units(units));
        BOOST_TEST((back == units || back == units - 1), units); // a unit is no whole of ns
    }
    BOOST_TEST(link_units(1s) == 16384);
    BOOST_TEST(link_units(-1s) == -16384);
    BOOST_TEST((time_of_units(1 << 14) == 1s));
}

BOOST_AUTO_TEST_CASE(a_bound_in_one_byte_is_never_less)
{
    BOOST_TEST(error_byte(std::nullopt) == 255);
    BOOST_TEST(!error_of_byte(255).has_value());
    BOOST_TEST(error_byte(Time(0)) == 0);
    for (Time error = 1us; error < 10h; error += error / 7) {
        const Time back = error_of_byte(error_byte(error)).value();
        BOOST_TEST((back >= error));
        BOOST_TEST((back <= error + error / 8 + 125us), error.count());
    }
}

BOOST_AUTO_TEST_CASE(the_users_estimate_is_within_its_bound_from_the_first_exchange_on)
{
    Clocks clocks;
    clocks.run(900ms); // handshake, question, answer: two round trips and frames
    BOOST_TEST(!clocks.told_user().has_value());
    clocks.run(200ms);
    clocks.require_bound();
    BOOST_TEST((clocks.told_user()->error < 15ms));
    BOOST_TEST((clocks.wrong() < 2ms));
    clocks.run(10s);
    BOOST_TEST_REQUIRE(clocks.told_gateway().has_value());
    BOOST_TEST((clocks.told_gateway()->offset == Time(0))); // link time is its own
    BOOST_TEST((clocks.told_gateway()->error < 20ms));
}

BOOST_AUTO_TEST_CASE(clocks_that_drift_stay_within_the_bound_while_the_link_is_idle)
{
    Clocks clocks;
    clocks.fast_ppm[0] = 95;
    clocks.fast_ppm[1] = -95;
    clocks.run(5s);
    for (int i = 0; i < 40; ++i) {
        clocks.run(37s);
        clocks.require_bound();
        BOOST_TEST((clocks.told_user()->error < 70ms));
    }
}

BOOST_AUTO_TEST_CASE(a_clock_that_jumps_is_noticed_at_the_next_exchange)
{
    Clocks clocks;
    clocks.run(30s);
    Time jumped{};
    const auto before = clocks.path.clock;
    clocks.path.clock = [&](int station, Time now) {
        return before(station, now) + (station ? jumped : Time(0));
    };
    jumped = 3s; // a suspended machine that does not know
    clocks.run(150s);
    clocks.require_bound();
    BOOST_TEST((clocks.wrong() < 10ms));
}

BOOST_AUTO_TEST_CASE(lost_and_delayed_frames_widen_no_claim)
{
    Clocks clocks;
    clocks.path.config.impairments = {.loss = 0.3, .reorder = milliseconds(80)};
    clocks.run(20s);
    for (int i = 0; i < 100; ++i) {
        clocks.send(*clocks.user, 0, 8s);
        clocks.run(1s);
        if (!clocks.told_user())
            continue;
        // What the path adds one way is more than delay_asymmetry allows for.
        BOOST_TEST((clocks.wrong() <= clocks.told_user()->error + 40ms));
    }
    BOOST_TEST((clocks.told_user()->error < 60ms));
}

BOOST_AUTO_TEST_CASE(wall_clocks_are_compared_and_the_better_one_serves)
{
    Clocks clocks;
    Time wrong = 1h;
    const auto tell = [&](std::optional<Time> own_bound) {
        clocks.user->link.set_wall_clock(kEpoch + clocks.path.now + wrong, own_bound,
                                         clocks.time_of(0));
        clocks.gateway->link.set_wall_clock(kEpoch + clocks.path.now, 5ms, clocks.time_of(1));
    };
    const auto best = [&] {
        return *clocks.user->link.unix_time(clocks.time_of(0));
    };
    const auto apart = [&](Time expected) {
        return std::chrono::abs(*clocks.told_user()->wall_offset - expected);
    };
    tell(std::nullopt);
    BOOST_TEST(!best().error.has_value());
    clocks.run(10s);
    BOOST_TEST((apart(-1h) <= clocks.told_user()->wall_error));
    BOOST_TEST((std::chrono::abs(*clocks.told_gateway()->wall_offset - 1h) <=
                clocks.told_gateway()->wall_error));
    BOOST_TEST(!clocks.told_gateway()->peer_wall_error.has_value()); // nobody sets it right
    BOOST_TEST(clocks.told_user()->peer_wall_error.has_value());
    // NTP is gone at the user: the gateway's clock serves.
    BOOST_TEST(best().peer.has_value());
    BOOST_TEST((std::chrono::abs(best().at - (kEpoch + clocks.path.now)) <= *best().error));
    BOOST_TEST((*best().error < 50ms));
    // The wrong clock jumps: nothing but its own row changes.
    wrong = -20h;
    const auto estimate = clocks.told_user()->offset;
    tell(std::nullopt);
    clocks.run(200s);
    BOOST_TEST((apart(20h) <= clocks.told_user()->wall_error));
    BOOST_TEST((std::chrono::abs(*clocks.told_gateway()->wall_offset + 20h) <=
                clocks.told_gateway()->wall_error));
    BOOST_TEST((std::chrono::abs(clocks.told_user()->offset - estimate) < 5ms));
    // NTP is back.
    wrong = 0s;
    tell(1ms);
    BOOST_TEST(!best().peer.has_value());
}

BOOST_AUTO_TEST_CASE(the_receiver_knows_the_deadline_both_ways)
{
    Clocks clocks;
    clocks.run(5s);
    clocks.send(*clocks.user, 0, 8s);
    clocks.send(*clocks.gateway, 1, 8s);
    clocks.send(*clocks.gateway, 1, 8s, 3000);
    clocks.send(*clocks.user, 0, 2h); // too far off to be told
    const Time deadline = clocks.path.now + 8s;
    clocks.run(2s);
    BOOST_TEST_REQUIRE(clocks.gateway->received.size() == 2u);
    BOOST_TEST_REQUIRE(clocks.user->received.size() == 2u);
    const auto close = [&](const Message& message, int station) {
        const Time expected = clocks.path.clock(station, deadline);
        return *message.deadline >= expected && *message.deadline < expected + 60ms;
    };
    BOOST_TEST(close(clocks.gateway->received[0], 1));
    BOOST_TEST(!clocks.gateway->received[1].deadline.has_value());
    BOOST_TEST(close(clocks.user->received[0], 0));
    BOOST_TEST(close(clocks.user->received[1], 0));
}

BOOST_AUTO_TEST_CASE(what_the_path_makes_late_is_dropped_there_and_told)
{
    Clocks clocks;
    clocks.run(5s);
    clocks.path.config.one_way = milliseconds(900); // 250 are configured
    for (int i = 0; i < 5; ++i) {                   // the round trip is measured
        clocks.send(*clocks.user, 0, 5s);
        clocks.send(*clocks.gateway, 1, 5s);
        clocks.run(4s);
    }
    const auto late = clocks.send(*clocks.user, 0, 700ms);
    const auto late_down = clocks.send(*clocks.gateway, 1, 700ms);
    const auto good = clocks.send(*clocks.user, 0, 5s);
    clocks.run(8s);
    BOOST_TEST(clocks.gateway->received.size() == 5u + 1);
    BOOST_TEST(clocks.user->received.size() == 5u);
    BOOST_TEST(clocks.gateway->link.stats().messages_dropped_late == 1u);
    BOOST_TEST((clocks.user->outcomes.at(good) == std::vector{Outcome::kDone}));
    BOOST_TEST((clocks.user->outcomes.at(late) == std::vector{Outcome::kNotDone}));
    BOOST_TEST((clocks.gateway->outcomes.at(late_down) == std::vector{Outcome::kNotDone}));
}

BOOST_AUTO_TEST_CASE(another_run_of_the_gateway_has_another_clock)
{
    Clocks clocks;
    clocks.run(20s);
    const auto before = clocks.path.clock;
    clocks.path.clock = [before](int station, Time now) {
        return station ? now - 20s : before(station, now); // it booted
    };
    clocks.gateway = clocks.keys.make_gateway();
    clocks.run(150s);
    clocks.require_bound();
    BOOST_TEST((clocks.wrong() < 5ms));
}
