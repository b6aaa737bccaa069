#pragma once

#include "bridge/http_server.h"
#include "bridge/upstream_choice.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

/// Nodes of an ordinary connection, and the choice between them.
namespace depinsat::test {

using namespace bridge;
namespace http = boost::beast::http;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Fault = HttpResult::Fault;

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

    /// One node, which takes connections by the hundred, and serves.
    void start_one(std::chrono::milliseconds timeout = 5s)
    {
        first.config.max_clients = 1000;
        first.server.reset();
        first.open(io);
        auto upstream = first.upstream();
        upstream.timeout = timeout;
        start({upstream});
        run_until([&] { return choice->is_up(); });
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

} // namespace depinsat::test
