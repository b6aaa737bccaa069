// Which node of the ordinary connection serves, and what becomes of requests when it fails.
#include "bridge/http_server.h"
#include "bridge/upstream_choice.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "temporary_folder.h"

using namespace depinsat;
using namespace depinsat::bridge;
namespace http = boost::beast::http;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Fault = HttpResult::Fault;

namespace {

/// A node that answers "NAME BODY" while all is well.
struct Node {
    enum class Mode { kGood, kStale, kPage503, kSilent };

    std::string name;
    config::LocalServer config;
    Mode mode = Mode::kGood;
    size_t probes = 0;
    std::vector<std::string> bodies{}; ///< of requests
    std::vector<Respond> waiting{};    ///< of those that got no answer
    std::unique_ptr<HttpServer> server{};

    Node(asio::io_context& io, std::string called) : name(std::move(called))
    {
        config.listen = {"127.0.0.1",
                         tcp::acceptor(io, {asio::ip::make_address("127.0.0.1"), 0})
                             .local_endpoint()
                             .port()};
        open(io);
    }

    void open(asio::io_context& io)
    {
        server = std::make_unique<HttpServer>(
            io, config, [this](const HttpRequest& request, const Respond& respond) {
                take(request, respond);
            });
        server->start();
    }

    void take(const HttpRequest& request, const Respond& respond)
    {
        const bool probe = request.method() == http::verb::get;
        probes += probe;
        if (!probe)
            bodies.push_back(request.body());
        if (mode == Mode::kSilent)
            return waiting.push_back(respond);
        if (mode == Mode::kPage503)
            return respond({http::status::service_unavailable, "<html>", "text/html"});
        respond(
            {http::status::ok, probe && mode == Mode::kStale ? "old" : name + request.body()});
    }

    config::Upstream upstream() const
    {
        config::Upstream out;
        out.url = {config::Url::Scheme::kHttp, "127.0.0.1", config.listen.port};
        return out;
    }
};

struct World {
    asio::io_context io;
    HttpClient client{io};
    Node first{io, "first "}, second{io, "second "};
    std::optional<UpstreamChoice> choice;

    void start(std::vector<config::Upstream> upstreams)
    {
        choice.emplace(io, client, std::move(upstreams),
                       UpstreamChoice::Checks{
                           [](const auto&) { return NodeRequest{.method = http::verb::get}; },
                           [](const auto&, const HttpResult& answer) {
                               return answer.status == 200 && answer.body != "old";
                           }});
        choice->start();
    }

    void start_both()
    {
        start({first.upstream(), second.upstream()});
        run_until([&] { return choice->changes() == 2; });
    }

    template <class Done>
    void run_until(Done done, std::chrono::seconds most = 20s)
    {
        const auto end = Clock::now() + most;
        while (!done() && Clock::now() < end)
            io.run_one_for(10ms);
        BOOST_REQUIRE(done());
    }

    void run_for(std::chrono::milliseconds time)
    {
        const auto end = Clock::now() + time;
        while (Clock::now() < end)
            io.run_one_for(10ms);
    }

    /// The result of a request; once it is under way, `meanwhile` runs.
    HttpResult
    ask(const std::string& body, bool idempotent, const std::function<void()>& meanwhile = {})
    {
        std::optional<HttpResult> result;
        choice->request({.body = body, .timeout = 10s, .idempotent = idempotent},
                        [&](HttpResult r) { result = std::move(r); });
        BOOST_TEST(!result.has_value());
        if (meanwhile)
            meanwhile();
        run_until([&] { return result.has_value(); });
        return *result;
    }
};

} // namespace

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

BOOST_AUTO_TEST_CASE(a_node_gets_so_many_requests_at_once_and_the_others_wait)
{
    World world;
    world.first.config.max_clients = 1000;
    world.first.server.reset();
    world.first.open(world.io);
    world.start({world.first.upstream()});
    world.run_until([&] { return world.choice->is_up(); });
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
    world.first.config.max_clients = 1000;
    world.first.server.reset();
    world.first.open(world.io);
    world.start({world.first.upstream()});
    world.run_until([&] { return world.choice->is_up(); });
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
    world.first.config.max_clients = 1000;
    world.first.server.reset();
    world.first.open(world.io);
    world.start({world.first.upstream()});
    world.run_until([&] { return world.choice->is_up(); });
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
    world.first.config.max_clients = 1000;
    world.first.server.reset();
    world.first.open(world.io);
    auto patient = world.first.upstream();
    patient.timeout = 60s;
    world.start({patient});
    world.run_until([&] { return world.choice->is_up(); });
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
