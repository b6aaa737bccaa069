// What the modem reports of frames, or does not.
#include "simulated_path.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::link;
using namespace depinsat::link::test;

namespace {

/// A link at rest, whose user has a message of 600 bytes to send; frames are filled by hand.
struct OneMessage {
    TwoKeys keys;
    std::unique_ptr<Station> user = keys.make_user(), gateway = keys.make_gateway();
    Path path{{}};
    Time deadline;
    uint64_t bytes_before; ///< on air

    OneMessage()
    {
        BOOST_TEST_REQUIRE(path.run(*user, *gateway, seconds(20), [this] {
            return user->link.peer_is_up(user->peer_key) &&
                   gateway->link.peer_is_up(gateway->peer_key);
        }));
        path.run(*user, *gateway, path.now + seconds(1));
        deadline = path.now + seconds(30);
        bytes_before = user->link.stats().packet_bytes_sent;
        user->link.send(user->peer_key, message_of(random_bytes(600, 1)), path.now, deadline);
    }

    Bytes fill(uint64_t sequence)
    {
        Bytes frame(890);
        frame.resize(user->link.fill(sequence, frame, path.now));
        return frame;
    }
    uint64_t bytes_sent() const { return user->link.stats().packet_bytes_sent - bytes_before; }
};

} // namespace

BOOST_AUTO_TEST_CASE(what_did_not_go_on_air_is_sent_again_at_once)
{
    OneMessage one;
    Link& link = one.user->link;
    BOOST_TEST(one.fill(1000000).size() > 600u);
    BOOST_TEST(one.fill(1000001).size() < 100u);
    link.not_sent(1000000, one.path.now);
    link.not_sent(1000000, one.path.now); // twice is once
    link.not_sent(77, one.path.now);      // never filled
    const Bytes again = one.fill(1000002);
    BOOST_TEST(again.size() > 600u);
    link.sent(1000002, one.path.now);
    BOOST_TEST(one.bytes_sent() < 700u);
    one.gateway->link.receive(again, one.path.now);
    BOOST_TEST(one.gateway->received.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_not_reported_is_sent_again_at_once)
{
    OneMessage one;
    const Bytes first = one.fill(1000000);
    BOOST_TEST(first.size() > 600u);
    one.user->link.not_reported(1000000, one.path.now);
    one.user->link.not_reported(1000000, one.path.now); // twice is once
    const Bytes second = one.fill(1000001);
    BOOST_TEST(second.size() > 600u);
    BOOST_TEST(one.bytes_sent() > 1200u); // it may have gone out
    for (const Bytes& frame : {first, second})
        one.gateway->link.receive(frame, one.path.now);
    BOOST_TEST(one.gateway->received.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_was_perhaps_on_air_goes_to_no_other_run_of_the_peer)
{
    const auto after = [](void (Link::*what)(uint64_t, Time, unsigned), Outcome outcome,
                          size_t arrived) {
        OneMessage one;
        BOOST_TEST(one.fill(1000000).size() > 600u);
        (one.user->link.*what)(1000000, one.path.now, 0);
        one.gateway = one.keys.make_gateway();
        one.path.modem_runs[0] = false; // until the old session is given up
        one.path.run(*one.user, *one.gateway, one.path.now + seconds(10));
        one.path.modem_runs[0] = true;
        one.path.run(*one.user, *one.gateway, one.deadline + seconds(1));
        BOOST_TEST(one.user->outcomes_of(outcome) == 1u);
        BOOST_TEST(one.gateway->received.size() == arrived);
    };
    after(&Link::not_sent, Outcome::kDone, 1);
    after(&Link::not_reported, Outcome::kUnknown, 0);
}
