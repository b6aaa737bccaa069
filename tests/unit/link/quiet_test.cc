// Quiet links: what they cost, and how silence is noticed.
#include "simulated_path.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::link;
using namespace depinsat::link::test;

namespace {

constexpr Time kForever = std::chrono::hours(1000);

bool connect(Path& path, Station& user, Station& gateway)
{
    return path.run(user, gateway, path.now + seconds(20), [&] {
        return user.link.peer_is_up(user.peer_key) && gateway.link.peer_is_up(gateway.peer_key);
    });
}

} // namespace

// After minutes in which nothing was said the user asks once in 64 s.
BOOST_AUTO_TEST_CASE(silence_is_noticed_in_time_and_so_is_its_end)
{
    for (const int quiet_seconds : {1, 20, 600}) {
        const TwoKeys keys;
        const auto user = keys.make_user(), gateway = keys.make_gateway();
        Path path({});
        BOOST_TEST_REQUIRE(connect(path, *user, *gateway));
        path.run(*user, *gateway, path.now + seconds(quiet_seconds));
        BOOST_TEST(user->changes == std::vector{true});
        BOOST_TEST(gateway->changes == std::vector{true});
        path.cut[0] = path.cut[1] = true;
        const Time cut = path.now, silence = milliseconds(4400);
        const Time quiet = std::min(seconds(64), 2 * seconds(quiet_seconds) + seconds(1));
        const auto down = [&](Station& station) {
            return path.run(*user, *gateway, path.now + seconds(200),
                            [&] { return station.changes.size() == 2; });
        };
        BOOST_TEST(down(*user));
        BOOST_TEST((path.now - cut <= quiet + silence));
        BOOST_TEST((path.now - cut >= seconds(3)));
        BOOST_TEST(down(*gateway));
        BOOST_TEST((path.now - cut <= 2 * quiet + silence));
        path.run(*user, *gateway, path.now + seconds(20));
        path.cut[0] = path.cut[1] = false;
        const Time end = path.now;
        BOOST_TEST(connect(path, *user, *gateway));
        BOOST_TEST((path.now - end <= seconds(6)));
    }
}

BOOST_AUTO_TEST_CASE(with_something_to_send_silence_is_noticed_at_once)
{
    for (const int from : {0, 1}) {
        const TwoKeys keys;
        const auto user = keys.make_user(), gateway = keys.make_gateway();
        Path path({});
        BOOST_TEST_REQUIRE(connect(path, *user, *gateway));
        path.run(*user, *gateway, path.now + seconds(600));
        path.cut[0] = path.cut[1] = true;
        const Time cut = path.now;
        Station& station = from ? *gateway : *user;
        station.link.send(station.peer_key, message_of({1}), cut, kForever);
        path.run(*user, *gateway, cut + seconds(10),
                 [&] { return station.changes.size() == 2; });
        BOOST_TEST((path.now - cut <= milliseconds(4500)));
    }
}

BOOST_AUTO_TEST_CASE(an_idle_link_costs_at_most_ten_bits_per_second)
{
    const TwoKeys keys;
    const auto user = keys.make_user(), gateway = keys.make_gateway();
    Path path({});
    BOOST_TEST_REQUIRE(connect(path, *user, *gateway));
    path.run(*user, *gateway, path.now + seconds(200));
    uint64_t bytes = 0;
    path.tap = [&](int, const Bytes& frame) {
        bytes += 2u + size_t((frame[0] & 0x0F) << 8 | frame[1]);
        BOOST_TEST(frame[2 + size_t((frame[0] & 0x0F) << 8 | frame[1])] == 0); // one packet
    };
    path.run(*user, *gateway, path.now + seconds(640));
    BOOST_TEST(bytes > 0u);
    BOOST_TEST(8 * bytes <= 10u * 640);
}

// What a gateway tells from time to time shows that both ways work: the user need not ask.
BOOST_AUTO_TEST_CASE(news_of_the_gateway_spare_signs_of_life)
{
    const TwoKeys keys;
    LinkConfig config;
    config.keep_alive = seconds(16);
    const auto user = keys.make_user(config), gateway = keys.make_gateway(config);
    Path path({});
    BOOST_TEST_REQUIRE(connect(path, *user, *gateway));
    const auto run = [&](unsigned times) {
        for (unsigned i = 0; i < times; ++i) {
            gateway->link.send(gateway->peer_key, message_of({1}), path.now, kForever);
            path.run(*user, *gateway, path.now + seconds(12));
        }
    };
    run(10);
    unsigned of_user = 0;
    path.tap = [&](int from, const Bytes&) {
        of_user += from == 0;
    };
    run(100);
    BOOST_TEST(of_user >= 100u);
    BOOST_TEST(of_user <= 100 + 1200u / 128 + 1); // an acknowledgement each, a ping in 128 s
    path.cut[1] = true;
    const Time cut = path.now;
    BOOST_TEST(path.run(*user, *gateway, cut + seconds(16 + 5),
                        [&] { return user->changes.size() == 2; }));
}
