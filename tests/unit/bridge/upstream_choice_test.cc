// Which node of the ordinary connection serves, and what becomes of requests when it fails.
#include "temporary_folder.h"
#include "upstream_choice_world.h"

using namespace depinsat;
using namespace depinsat::test;

BOOST_AUTO_TEST_CASE(the_first_good_node_serves)
{
    World world;
    world.start({world.first.upstream(), world.second.upstream()});
    BOOST_TEST(!world.choice->is_up());
    BOOST_TEST((world.ask("x", true).fault == Fault::kUnreachable));
    world.run_until([&] { return world.choice->changes() == 2; });
    BOOST_TEST(world.ask("x", false).body == "first x");
    const auto status = world.choice->status();
    BOOST_TEST(status["ordinary"] == world.first.upstream().url.authority());
    BOOST_TEST(status["changes"] == 2);
}

BOOST_AUTO_TEST_CASE(what_waits_for_a_node_that_went_silent_is_answered_by_the_next_within_2_s)
{
    World world;
    world.start_both();
    world.first.mode = Node::Mode::kSilent;
    const auto asked = Clock::now();
    BOOST_TEST(world.ask("x", true).body == "second x");
    BOOST_TEST((Clock::now() - asked < 2s));
    BOOST_TEST(world.choice->serving() == world.second.upstream().url.authority());
    BOOST_TEST(world.first.bodies.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_must_not_run_twice_is_told_within_2_s_that_its_node_broke)
{
    World world;
    world.start_both();
    world.first.mode = Node::Mode::kSilent;
    const auto asked = Clock::now();
    BOOST_TEST((world.ask("x", false).fault == Fault::kBroken));
    BOOST_TEST((Clock::now() - asked < 2s));
    BOOST_TEST(world.second.bodies.empty());
    BOOST_TEST(world.ask("y", false).body == "second y");
}

BOOST_AUTO_TEST_CASE(an_answer_that_comes_too_late_is_nobody_s)
{
    World world;
    world.start_both();
    world.first.mode = Node::Mode::kSilent;
    BOOST_TEST(world.ask("x", true).body == "second x");
    for (const auto& respond : world.first.waiting)
        respond({http::status::ok, "late"});
    world.run_for(100ms);
    BOOST_TEST(world.ask("y", true).body == "second y");
}

BOOST_AUTO_TEST_CASE(a_request_that_breaks_takes_its_node_out_at_once)
{
    World world;
    world.start_both();
    world.first.mode = Node::Mode::kPage503;
    const auto asked = Clock::now();
    BOOST_TEST(world.ask("x", true).body == "second x");
    BOOST_TEST((Clock::now() - asked < 500ms));
    BOOST_TEST(world.choice->serving() == world.second.upstream().url.authority());
    world.second.mode = Node::Mode::kPage503;
    BOOST_TEST((world.ask("y", true).fault == Fault::kBroken));
    BOOST_TEST(!world.choice->is_up());
    BOOST_TEST(world.choice->status()["ordinary"].is_null());
}

BOOST_AUTO_TEST_CASE(what_was_not_sent_goes_to_the_next_node_whatever_it_is)
{
    World world;
    world.first.config.max_clients = 1;
    world.first.server.reset();
    world.first.open(world.io);
    world.start_both();
    tcp::socket other(world.io); // in the place of the connection that the client keeps
    other.connect({asio::ip::make_address("127.0.0.1"), world.first.config.listen.port});
    world.run_for(100ms);
    world.first.server.reset();
    BOOST_TEST(world.ask("x", false).body == "second x");
}

BOOST_AUTO_TEST_CASE(a_slow_answer_says_nothing_of_the_node)
{
    World world;
    world.start_both();
    std::optional<HttpResult> result;
    world.first.mode = Node::Mode::kSilent;
    world.choice->request({.body = "x", .timeout = 50ms, .idempotent = true},
                          [&](HttpResult r) { result = std::move(r); });
    world.run_until([&] { return world.first.bodies.size() == 1; });
    world.first.mode = Node::Mode::kGood;
    world.run_until([&] { return result.has_value(); });
    BOOST_TEST((result->fault == Fault::kBroken));
    BOOST_TEST(world.choice->serving() == world.first.upstream().url.authority());
}

BOOST_AUTO_TEST_CASE(nodes_that_are_no_good_never_serve)
{
    World world;
    world.first.mode = Node::Mode::kStale;
    world.second.mode = Node::Mode::kPage503;
    auto tls = world.first.upstream(), name = tls, closed = tls;
    tls.url.scheme = config::Url::Scheme::kHttps; // the server speaks none
    name.url.host = "no-such-host.invalid";
    closed.url.port = 1;
    world.start({world.first.upstream(), world.second.upstream(), tls, name, closed});
    world.run_until([&] { return world.first.probes >= 3 && world.second.probes >= 3; });
    BOOST_TEST(!world.choice->is_up());
    BOOST_TEST(world.choice->changes() == 0u);
}

BOOST_AUTO_TEST_CASE(a_node_returns_after_five_good_probes_in_a_row)
{
    World world;
    world.start({world.first.upstream()});
    world.run_until([&] { return world.choice->is_up(); });
    world.first.mode = Node::Mode::kStale;
    world.run_until([&] { return !world.choice->is_up(); }, 3s);
    world.first.mode = Node::Mode::kGood;
    world.first.probes = 0;
    world.run_until([&] { return world.choice->is_up(); });
    BOOST_TEST(world.first.probes == UpstreamChoice::kReturnProbes);
    BOOST_TEST(world.choice->changes() == 3u);
}

BOOST_AUTO_TEST_CASE(a_request_is_made_for_the_node_that_gets_it)
{
    const test::TemporaryFolder folder;
    config::Upstream node;
    node.url = {config::Url::Scheme::kHttps, "node.example", 443, "/v2/"};
    node.timeout = 3s;
    node.credentials_file = folder.write("user:secret\n");
    const auto call = call_of(node, {.method = http::verb::get, .target = "/a?b=1"});
    BOOST_TEST(call.target == "/v2/a?b=1");
    BOOST_TEST((call.timeout == 3s));
    BOOST_REQUIRE(call.headers.size() == 1u);
    BOOST_TEST(call.headers[0].second == "Basic dXNlcjpzZWNyZXQ=");
    BOOST_TEST(call_of(node, {}).target.empty());
}
