#include "bridge/peer_queue.h"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace depinsat;
using Queue = bridge::PeerQueue<int>;

namespace {

constexpr link::PublicKey kA{1}, kB{2};

std::vector<int> drained(Queue& queue)
{
    std::vector<int> all;
    while (const auto job = queue.pop())
        all.push_back(*job);
    return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(peers_take_turns_whoever_asked_first)
{
    Queue queue({});
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(queue.push(kA, i, 1, false));
    for (int i = 10; i < 12; ++i)
        BOOST_TEST(queue.push(kB, i, 1, false));
    BOOST_TEST(drained(queue) == (std::vector{0, 10, 1, 11, 2}));
    BOOST_TEST(queue.active() == 5u);
}

BOOST_AUTO_TEST_CASE(of_one_peer_the_urgent_go_first)
{
    Queue queue({});
    queue.push(kA, 1, 1, false);
    queue.push(kA, 2, 1, true);
    queue.push(kA, 3, 1, true);
    BOOST_TEST(drained(queue) == (std::vector{2, 3, 1}));
}

BOOST_AUTO_TEST_CASE(a_peer_that_asks_for_too_much_is_refused_and_others_are_not)
{
    Queue queue({.waiting = 2, .waiting_bytes = 100, .active = 9, .all_active = 9});
    BOOST_TEST(queue.push(kA, 1, 1, false));
    BOOST_TEST(queue.push(kA, 2, 1, true));
    BOOST_TEST(!queue.push(kA, 3, 1, false));
    BOOST_TEST(queue.push(kB, 4, 100, false));
    BOOST_TEST(!queue.push(kB, 5, 1, false));
    BOOST_TEST(queue.waiting() == 3u);
    drained(queue);
    BOOST_TEST(queue.push(kB, 6, 100, false));
}

BOOST_AUTO_TEST_CASE(slow_work_of_one_peer_leaves_room_for_others)
{
    Queue queue({.waiting = 9, .waiting_bytes = 100, .active = 2, .all_active = 3});
    for (int i = 0; i < 5; ++i)
        queue.push(kA, i, 1, false);
    BOOST_TEST(drained(queue) == (std::vector{0, 1}));
    queue.push(kB, 10, 1, false);
    queue.push(kB, 11, 1, false);
    BOOST_TEST(drained(queue) == std::vector{10});
    queue.done(kA);
    BOOST_TEST(drained(queue) == std::vector{2});
    queue.done(kB);
    BOOST_TEST(drained(queue) == std::vector{11});
}
