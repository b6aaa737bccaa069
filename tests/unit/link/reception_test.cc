// What a station says of how it hears, between two links.
#include "depinsat/link/wire.h"
#include "simulated_path.h"

#include <boost/test/unit_test.hpp>

#include <limits>

using namespace depinsat::link;
using namespace depinsat::link::test;

namespace {

struct Listener : Station {
    using Station::Station;
    void on_reception(const PublicKey&, double es_n0_db, unsigned) override
    {
        told.push_back(es_n0_db);
    }
    std::vector<double> told;
};

struct TwoListeners {
    TwoKeys keys;
    Listener user{true, keys.user, keys.gateway.public_key};
    Listener gateway{false, keys.gateway, keys.user.public_key};
    Path path{AirConfig{}};

    void run(Time time) { path.run(user, gateway, path.now + time); }
    /// As run(), with the user's modem at work.
    void hear(Time time, double es_n0_db)
    {
        for (const Time end = path.now + time; path.now < end; run(path.config.frame_time))
            user.link.hear(es_n0_db, path.now);
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(the_peer_learns_how_it_is_heard)
{
    TwoListeners both;
    both.run(seconds(3));
    BOOST_TEST(both.gateway.told.empty()); // the modem has said nothing
    both.hear(seconds(3), 7.25);
    BOOST_TEST_REQUIRE(!both.gateway.told.empty());
    for (const double told : both.gateway.told)
        BOOST_TEST(told == 7.25);
    BOOST_TEST(both.user.told.empty());
    // It rides on the pings, and goes by itself once a second.
    BOOST_TEST(both.gateway.told.size() >= 3u);
    BOOST_TEST(both.gateway.told.size() <= 10u);
}

BOOST_AUTO_TEST_CASE(a_change_is_told_within_100_ms_and_the_delay)
{
    TwoListeners both;
    both.hear(seconds(5), 10);
    both.gateway.told.clear();
    both.hear(milliseconds(100 + 250 + 50), 8);
    BOOST_TEST_REQUIRE(!both.gateway.told.empty());
    BOOST_TEST(both.gateway.told.back() < 9.5);
}

BOOST_AUTO_TEST_CASE(a_modem_that_falls_silent_is_not_told_of_for_long)
{
    TwoListeners both;
    both.hear(seconds(5), 10);
    both.run(seconds(2));
    both.gateway.told.clear();
    both.run(seconds(5));
    BOOST_TEST(both.gateway.told.empty());
    both.user.link.hear(std::numeric_limits<double>::quiet_NaN(), both.path.now);
    both.run(seconds(2));
    BOOST_TEST(both.gateway.told.empty());
    both.hear(seconds(2), 500); // what the wire holds
    BOOST_TEST_REQUIRE(!both.gateway.told.empty());
    BOOST_TEST(both.gateway.told.back() == kMaxEsN0Db);
}

BOOST_AUTO_TEST_CASE(receptions_alone_cause_no_exchange_without_end)
{
    TwoListeners quiet, loud;
    quiet.run(seconds(5));
    loud.hear(seconds(5), 10);
    const auto before = std::pair(quiet.user.link.stats().packet_bytes_sent,
                                  loud.user.link.stats().packet_bytes_sent);
    quiet.run(seconds(10));
    loud.hear(seconds(10), 10);
    const auto more = int64_t(loud.user.link.stats().packet_bytes_sent - before.second) -
                      int64_t(quiet.user.link.stats().packet_bytes_sent - before.first);
    BOOST_TEST(more <= 10 * int64_t(kReceptionBytes + kDataOverhead + kAckLeastBytes + 2));
}

BOOST_AUTO_TEST_CASE(a_frame_with_a_handshake_or_for_a_peer_that_is_down_introduces)
{
    TwoListeners both;
    both.user.link.run_timers(both.path.now);
    BOOST_TEST(both.user.link.introduces(both.path.now));
    BOOST_TEST(!both.gateway.link.introduces(both.path.now));
    both.run(seconds(3));
    BOOST_TEST(both.user.link.peer_is_up(both.keys.gateway.public_key));
    BOOST_TEST(!both.user.link.introduces(both.path.now));
}
