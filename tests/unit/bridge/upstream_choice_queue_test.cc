// Requests that wait for their turn at a node of the ordinary connection.
#include "upstream_choice_world.h"

#include <map>

using namespace depinsat;
using namespace depinsat::test;

BOOST_AUTO_TEST_CASE(a_node_gets_so_many_requests_at_once_and_the_others_wait)
{
    World world;
    world.start_one();
    world.first.mode = Node::Mode::kSilent;
    constexpr size_t kAll = UpstreamChoice::kMaxOpen + UpstreamChoice::kMaxQueued + 10;
    std::map<Fault, size_t> ends;
    for (size_t i = 0; i < kAll; ++i)
        world.choice->request({.body = "x", .timeout = 60s},
                              [&](const HttpResult& result) { ++ends[result.fault]; });
    world.run_until([&] { return world.first.bodies.size() == UpstreamChoice::kMaxOpen; });
    world.first.mode = Node::Mode::kGood;
    world.run_for(50ms);
    BOOST_TEST(world.first.bodies.size() == UpstreamChoice::kMaxOpen);
    BOOST_TEST(ends[Fault::kUnreachable] == 10u);
    for (const auto& respond : std::exchange(world.first.waiting, {}))
        respond({http::status::ok, "y"});
    world.run_until([&] { return ends[Fault::kNone] == kAll - 10; });
    BOOST_TEST(ends[Fault::kBroken] == 0u);
}

BOOST_AUTO_TEST_CASE(what_waits_is_bounded_in_bytes)
{
    World world;
    world.start_one();
    world.first.mode = Node::Mode::kSilent;
    size_t refused = 0;
    const auto ask = [&](size_t bytes) {
        world.choice->request(
            {.body = std::string(bytes, 'x'), .timeout = 60s},
            [&](const HttpResult& result) { refused += result.fault == Fault::kUnreachable; });
    };
    for (size_t i = 0; i < UpstreamChoice::kMaxOpen; ++i)
        ask(1);
    for (size_t i = 0; i < 18; ++i)
        ask(UpstreamChoice::kMaxQueuedBytes / 16);
    world.run_for(50ms);
    BOOST_TEST(refused == 2u);
}

BOOST_AUTO_TEST_CASE(what_waits_for_its_turn_was_not_sent_when_the_node_breaks)
{
    World world;
    world.start_one();
    world.first.mode = Node::Mode::kSilent;
    std::map<Fault, size_t> ends;
    for (size_t i = 0; i < UpstreamChoice::kMaxOpen + 5; ++i)
        world.choice->request({.body = "x", .timeout = 60s},
                              [&](const HttpResult& result) { ++ends[result.fault]; });
    world.run_until([&] { return !world.choice->is_up(); });
    BOOST_TEST(ends[Fault::kUnreachable] == 5u);
    BOOST_TEST(ends[Fault::kBroken] == UpstreamChoice::kMaxOpen);
}

BOOST_AUTO_TEST_CASE(what_waits_for_its_turn_does_not_wait_behind_slow_requests_for_ever)
{
    World world;
    world.start_one(60s);
    world.first.mode = Node::Mode::kSilent;
    size_t ends = 0;
    for (size_t i = 0; i < UpstreamChoice::kMaxOpen; ++i)
        world.choice->request({.body = "x", .timeout = 60s},
                              [&](const HttpResult&) { ++ends; });
    world.run_until([&] { return world.first.bodies.size() == UpstreamChoice::kMaxOpen; });
    world.first.mode = Node::Mode::kGood;
    std::optional<HttpResult> result;
    world.choice->request({.body = "x", .timeout = 500ms},
                          [&](HttpResult r) { result = std::move(r); });
    world.run_until([&] { return result.has_value(); }, 3s);
    BOOST_TEST((result->fault == Fault::kUnreachable));
    BOOST_TEST(ends == 0u);
    BOOST_TEST(world.choice->is_up());
}
