// What one client, page or upstream cannot take from the others.
#include "bridge/http_connection.h"
#include "http_world.h"

#include <deque>

using namespace depinsat::test;

namespace {

std::string get_text(const std::string& more)
{
    return "GET / HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
}

const std::string kUpgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                             "Sec-WebSocket-Version: 13\r\n"
                             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// A client that asks and stays; the first line of what it is told.
class Staying
{
public:
    Staying(World& world, const std::string& request) : socket_(world.io)
    {
        socket_.connect({asio::ip::make_address("127.0.0.1"), world.config.listen.port});
        asio::write(socket_, asio::buffer(request));
        bool got = false;
        asio::async_read_until(socket_, asio::dynamic_buffer(text_), "\r\n",
                               [&](error_code, size_t) { got = true; });
        world.run_until([&] { return got; });
    }
    std::string status() const { return text_.substr(9, 3); }

private:
    tcp::socket socket_;
    std::string text_;
};

} // namespace

BOOST_AUTO_TEST_CASE(pages_of_other_sites_load_nothing)
{
    World world;
    world.config.origins = {"chrome-extension://wallet"};
    world.start();
    const auto status = [&](const std::string& more) {
        return world.raw(get_text(more + "Connection: close\r\n")).substr(9, 3);
    };
    BOOST_TEST(status("") == "200"); // no browser
    for (const std::string site : {"same-origin", "none"})
        BOOST_TEST(status("Sec-Fetch-Site: " + site + "\r\n") == "200");
    for (const std::string site : {"cross-site", "same-site", "", "x"})
        BOOST_TEST(status("Sec-Fetch-Site: " + site + "\r\n") == "403");
    BOOST_TEST(status("Referer: https://evil.example/\r\n") == "200"); // pages choose it
    BOOST_TEST(status("Origin: chrome-extension://wallet\r\nSec-Fetch-Site: cross-site\r\n") ==
               "200");
    BOOST_TEST(status("Origin: https://evil.example\r\nSec-Fetch-Site: none\r\n") == "403");
}

BOOST_AUTO_TEST_CASE(sockets_and_streams_leave_places_for_requests)
{
    World world;
    world.config.max_clients = 8;
    world.start();
    std::vector<std::shared_ptr<WebSocket>> accepted;
    world.server->take_websockets([&](const auto& socket) { accepted.push_back(socket); });
    std::deque<Staying> idle;
    for (int i = 0; i < 5; ++i)
        BOOST_TEST(idle.emplace_back(world, get_text(kUpgrade)).status() == "101");
    const std::string stream = "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n";
    BOOST_TEST(idle.emplace_back(world, stream).status() == "200");
    for (const std::string& request : {get_text(kUpgrade), stream})
        BOOST_TEST(Staying(world, request).status() == "503");
    BOOST_TEST(world.raw(get_text("Connection: close\r\n")).substr(9, 3) == "200");
    idle.pop_front();
    accepted.erase(accepted.begin());
    world.run_until([&] { return world.server->clients() == 5; });
    BOOST_TEST(Staying(world, get_text(kUpgrade)).status() == "101");
}

BOOST_AUTO_TEST_CASE(statuses_without_a_body_are_told_without_one)
{
    World world;
    world.start();
    for (const auto status : {http::status::no_content, http::status::not_modified}) {
        world.status = status;
        const auto reply = world.raw(request_text("12345", "Connection: close\r\n"));
        BOOST_TEST(reply.substr(9, 3) == std::to_string(unsigned(status)));
        BOOST_TEST(reply.ends_with("\r\n\r\n"));
    }
    world.status = http::status::continue_;
    BOOST_TEST(world.raw(request_text("1", "Connection: close\r\n")).substr(9, 3) == "100");
    world.status = http::status::ok;
    BOOST_TEST(world.raw(request_text("1", "Connection: close\r\n")).ends_with("1"));
}

BOOST_AUTO_TEST_CASE(connections_are_kept_for_those_who_trust_the_same_certificates)
{
    asio::io_context io;
    tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), 0});
    const depinsat::config::Url url{depinsat::config::Url::Scheme::kHttp, "127.0.0.1",
                                    acceptor.local_endpoint().port()};
    HttpPool pool(io);
    const auto connection = pool.make(url, "a.pem");
    bool connected = false;
    connection->connect(url, [&](error_code error) { connected = !error; });
    while (!connected)
        BOOST_REQUIRE(io.run_one_for(5s) > 0u);
    const tcp::socket other = acceptor.accept();
    pool.give_back(url, "a.pem", connection);
    BOOST_TEST(!pool.take(url, "b.pem"));
    BOOST_TEST(!pool.take(url, {}));
    BOOST_TEST(pool.take(url, "a.pem") == connection);
    BOOST_TEST(!pool.take(url, "a.pem"));
}
