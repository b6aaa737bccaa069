// Handshakes at a gateway: time stamps, cookies, the budget of the curve.
#include "hand_made_packets.h"
#include "simulated_path.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::link;
using namespace depinsat::link::test;

namespace {

constexpr size_t kReplyBytes = framing::kGseHeaderBytes + kHandshake2Bytes;

/// A gateway that hears packets made by hand.
struct Gateway {
    explicit Gateway(LinkConfig config = {}, MemoryStore kept = {})
        : station(keys.make_gateway(config, std::move(kept)))
    {}

    HandMadeOpener opener(const Words& words = {}) const
    {
        return {keys.user, keys.gateway.public_key, generate_key_pair(), words};
    }

    /// @return the packet of its answer, empty if it says nothing.
    Bytes answer_to(const Bytes& packet)
    {
        station->link.receive(framed(packet), now);
        Bytes frame(400);
        station->link.fill(++sequence, frame, now);
        const Bytes answer = first_packet(frame);
        return answer.size() == kHandshake2Bytes ? answer : Bytes();
    }

    bool answers(const Words& words) { return !answer_to(opener(words).packet).empty(); }

    /// Opens a session and uses it. @return the cookie.
    Bytes open(const Words& words)
    {
        HandMadeOpener by_hand = opener(words);
        BOOST_TEST_REQUIRE(by_hand.read(answer_to(by_hand.packet)));
        const Bytes ping = sealed(by_hand.noise.keys().send, by_hand.remote_index, 0, Bytes{0});
        station->link.receive(framed(ping), now);
        BOOST_TEST_REQUIRE(station->link.peer_is_up(keys.user.public_key));
        return by_hand.cookie;
    }

    /// Uses up the budget, by somebody who knows the gateway's public key.
    void flood()
    {
        const KeyPair stranger = generate_key_pair();
        for (int i = 0; i < 100; ++i)
            station->link.receive(
                framed(HandMadeOpener(stranger, keys.gateway.public_key, generate_key_pair())
                           .packet),
                now);
    }

    TwoKeys keys;
    std::unique_ptr<Station> station;
    Time now{seconds(100)};
    uint64_t sequence = 0;
};

} // namespace

BOOST_AUTO_TEST_CASE(time_stamps_of_openings_grow)
{
    Gateway gateway;
    BOOST_TEST(gateway.answers({.time_stamp = 1000}));
    BOOST_TEST(!gateway.answers({.time_stamp = 1000}));
    BOOST_TEST(!gateway.answers({.time_stamp = 999}));
    BOOST_TEST(gateway.answers({.time_stamp = 1001}));
    BOOST_TEST(gateway.answers({.time_stamp = UINT64_MAX - 1}));
    BOOST_TEST(!gateway.answers({.time_stamp = 1002}));
    BOOST_TEST(gateway.answers({.time_stamp = UINT64_MAX}));
}

BOOST_AUTO_TEST_CASE(the_same_opening_gets_the_same_answer_until_its_candidate_goes)
{
    Gateway gateway;
    const Bytes packet = gateway.opener().packet;
    const Bytes answer = gateway.answer_to(packet);
    BOOST_TEST(answer.size() == kHandshake2Bytes);
    BOOST_TEST(gateway.answer_to(packet) == answer);
    gateway.now += seconds(59);
    BOOST_TEST(gateway.answer_to(packet) == answer);
    gateway.now += seconds(1);
    BOOST_TEST(gateway.answer_to(Bytes(1)).empty()); // the minute is over
    BOOST_TEST(gateway.answer_to(packet).empty());
}

BOOST_AUTO_TEST_CASE(a_recorded_opening_is_refused_by_the_next_run_too)
{
    Gateway first;
    const Bytes packet = first.opener({.time_stamp = 5}).packet;
    BOOST_TEST(!first.answer_to(packet).empty());
    Gateway second({}, first.station->store);
    BOOST_TEST(second.answer_to(packet).empty());
    BOOST_TEST(!second.answers({.time_stamp = 4}));
    BOOST_TEST(second.answers({.time_stamp = 6}));
}

BOOST_AUTO_TEST_CASE(beyond_the_budget_only_who_shows_its_cookie_is_heard)
{
    Gateway gateway;
    const Bytes cookie = gateway.open({.time_stamp = 1});
    gateway.now += seconds(10);
    gateway.flood();
    const auto& stats = gateway.station->link.stats();
    BOOST_TEST(stats.openings_put_off == 100u - 64);
    BOOST_TEST(!gateway.answers({.time_stamp = 2}));
    Bytes forged = cookie;
    forged[5] ^= 1;
    BOOST_TEST(!gateway.answers({.time_stamp = 2, .cookie = forged}));
    HandMadeOpener wrong_proof = gateway.opener({.time_stamp = 2, .cookie = cookie});
    wrong_proof.packet[kHandshake1Bytes - kMacBytes - 1] ^= 1;
    wrong_proof.packet.resize(kHandshake1Bytes - kMacBytes);
    append(wrong_proof.packet,
           mac_of_handshake(gateway.keys.gateway.public_key, wrong_proof.packet));
    BOOST_TEST(gateway.answer_to(wrong_proof.packet).empty());
    BOOST_TEST(stats.openings_put_off == 103u - 64);
    BOOST_TEST(gateway.answers({.time_stamp = 2, .cookie = cookie}));
    gateway.now += milliseconds(2); // another one of 500 a second
    BOOST_TEST(gateway.answers({.time_stamp = 3}));
    BOOST_TEST(!gateway.answers({.time_stamp = 4}));
}

BOOST_AUTO_TEST_CASE(a_cookie_is_good_until_the_next_session_and_outlives_the_run)
{
    Gateway first;
    const Bytes old_cookie = first.open({.time_stamp = 1});
    const Bytes cookie = first.open({.time_stamp = 2, .cookie = old_cookie});
    Gateway second({}, first.station->store);
    for (Gateway* gateway : {&first, &second}) {
        gateway->flood();
        BOOST_TEST(!gateway->answers({.time_stamp = 3, .cookie = old_cookie}));
        BOOST_TEST(gateway->answers({.time_stamp = 3, .cookie = cookie}));
        BOOST_TEST(gateway->answers({.time_stamp = 4, .cookie = cookie})); // none in use yet
    }
}

BOOST_AUTO_TEST_CASE(what_was_refused_once_costs_no_curve_again)
{
    Gateway gateway;
    BOOST_TEST(gateway.answers({.time_stamp = 9}));
    const Bytes old = gateway.opener({.time_stamp = 8}).packet;
    for (int i = 0; i < 1000; ++i)
        BOOST_TEST(gateway.answer_to(old).empty());
    BOOST_TEST(gateway.station->link.stats().openings_put_off == 0u);
    BOOST_TEST(gateway.station->link.stats().rejected_packets == 1000u);
    BOOST_TEST(gateway.answers({.time_stamp = 10}));
}

BOOST_AUTO_TEST_CASE(a_user_shows_its_cookie_after_a_restart)
{
    const TwoKeys keys;
    auto user = keys.make_user(), gateway = keys.make_gateway();
    Path path({});
    const auto up = [&] {
        return user->link.peer_is_up(user->peer_key);
    };
    BOOST_TEST_REQUIRE(path.run(*user, *gateway, seconds(5), up));
    path.run(*user, *gateway, path.now + seconds(2));
    user = keys.make_user({}, user->store);
    const KeyPair stranger = generate_key_pair();
    bool answered = false;
    path.tap = [&](int from, const Bytes& frame) {
        if (from == 0) // more than the budget, in front of whatever the user says
            for (int i = 0; i < 80; ++i)
                gateway->link.receive(framed(HandMadeOpener(stranger, keys.gateway.public_key,
                                                            generate_key_pair())
                                                 .packet),
                                      path.now + milliseconds(260));
        answered |= from == 1 && frame[4] >> 6 == 1;
    };
    path.run(*user, *gateway, path.now + milliseconds(600));
    BOOST_TEST(answered);
    BOOST_TEST(gateway->link.stats().openings_put_off > 0u);
}

// A disk of last year and a clock that stands at the beginning of 1970: what the opener says is
// far behind what the gateway has seen.
BOOST_AUTO_TEST_CASE(an_opener_that_lost_its_past_is_heard_again_within_20_minutes)
{
    for (const uint64_t seen :
         {uint64_t(1790000000) * 1'000'000'000, (uint64_t(1) << 63) + 5000}) {
        Gateway lost;
        BOOST_TEST(lost.answers({.time_stamp = seen}));
        const auto& keys = lost.keys;
        const auto user = keys.make_user();
        user->link.set_wall_clock(seconds(5), {}, Time(0));
        Path path({});
        const auto up = [&] {
            user->link.hear(10, path.now); // the gateway's carrier is there
            return user->link.peer_is_up(user->peer_key);
        };
        BOOST_TEST(!path.run(*user, *lost.station, std::chrono::minutes(2), up));
        BOOST_TEST(path.run(*user, *lost.station, path.now + std::chrono::minutes(20), up));
    }
}

BOOST_AUTO_TEST_CASE(an_outage_lets_no_time_stamp_leap)
{
    Gateway gateway;
    const auto& keys = gateway.keys;
    const auto user = keys.make_user();
    const seconds year_2026(24 * 20600 * 3600);
    Path path({});
    path.run(*user, *gateway.station, seconds(1));
    path.cut[0] = path.cut[1] = true; // and nothing is heard
    path.run(*user, *gateway.station, std::chrono::hours(3));
    uint64_t stamp = 0;
    const auto record = user->store.get(Record::kTimeStamp, keys.gateway.public_key);
    for (size_t i = 0; i < kTimeStampBytes; ++i)
        stamp = stamp << 8 | record.value()[i];
    const Time error = Time(int64_t(stamp)) - year_2026 - path.now;
    BOOST_TEST((error <= Time(0)));
    BOOST_TEST((error > -seconds(60)));
}

BOOST_AUTO_TEST_CASE(a_forged_answer_with_the_right_mac_is_bounded_by_the_budget)
{
    const TwoKeys keys;
    const auto user = keys.make_user();
    Bytes frame(400);
    BOOST_TEST_REQUIRE(user->link.fill(1, frame, Time(0)) ==
                       framing::kGseHeaderBytes + kHandshake1Bytes);
    const Bytes opening = first_packet(frame);
    Bytes forged(kHandshake2Bytes - kMacBytes, 9);
    forged[0] = uint8_t(0x40 | (opening[0] & 0x3F));
    forged[1] = opening[1];
    forged[2] = 0;
    append(forged, mac_of_handshake(keys.user.public_key, forged));
    for (int i = 0; i < 1000; ++i)
        user->link.receive(framed(forged), Time(0));
    BOOST_TEST(user->link.stats().rejected_packets == 1000u);

    const auto gateway = keys.make_gateway();
    gateway->link.receive(framed(opening), Time(0));
    BOOST_TEST_REQUIRE(gateway->link.fill(1, frame, Time(0)) == kReplyBytes);
    user->link.receive(frame, milliseconds(250)); // the budget is back
    BOOST_TEST(user->link.peer_is_up(user->peer_key));
}
