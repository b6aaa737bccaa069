// The client and the server of HTTP against each other, and against peers that misbehave.
#include "http_world.h"
#include "temporary_folder.h"

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::test;
namespace websocket = boost::beast::websocket;

BOOST_AUTO_TEST_CASE(a_connection_is_kept_for_the_next_request)
{
    World world;
    world.config.max_clients = 1; // a second connection would be closed at once
    world.start();
    for (int i = 0; i < 3; ++i) {
        const auto result = world.result_of(world.call(std::to_string(i)));
        BOOST_TEST((result.fault == HttpResult::Fault::kNone), result.message);
        BOOST_TEST(result.status == 200u);
        BOOST_TEST(result.body == std::to_string(i));
        BOOST_TEST(result.headers["X-Kept"] == "yes");
        BOOST_TEST(result.headers.count(http::field::access_control_allow_origin) == 0u);
    }
    BOOST_TEST(world.server->clients() == 1u);
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_order)
{
    World world;
    world.start();
    const std::string answers = world.raw(request_text("\"one\"") + request_text("\"two\"") +
                                          request_text("\"three\"", "Connection: close\r\n"));
    const size_t one = answers.find("\"one\""), two = answers.find("\"two\""),
                 three = answers.find("\"three\"");
    BOOST_TEST(one < two);
    BOOST_TEST(two < three);
    BOOST_TEST(three != answers.npos);
    BOOST_TEST(world.requests == 3u);
}

BOOST_AUTO_TEST_CASE(a_reply_in_pieces_arrives_as_it_comes)
{
    World world;
    world.start();
    std::string got;
    std::optional<HttpResult> end;
    HttpCall call = world.call("");
    call.method = http::verb::get;
    call.target = "/stream";
    unsigned status = 0;
    const auto download = world.client.download(
        call, [&](unsigned s) { status = s; }, [&](std::string_view piece) { got += piece; },
        [&](HttpResult r) { end = std::move(r); });
    world.run_until([&] { return got == "first"; });
    BOOST_TEST(status == 200u);
    BOOST_TEST(world.stream->write("second"));
    BOOST_TEST(world.stream->write("third"));
    world.run_until([&] { return got == "firstsecondthird"; });
    BOOST_TEST(!end.has_value());
    world.stream->end();
    world.run_until([&] { return end.has_value(); });
    BOOST_TEST((end->fault == HttpResult::Fault::kNone), end->message);
    world.run_until(
        [&] { return world.server->clients() == 0 || world.stream.use_count() == 1; });
}

BOOST_AUTO_TEST_CASE(a_stream_ends_when_its_client_goes)
{
    World world;
    world.start();
    HttpCall call = world.call("");
    call.method = http::verb::get;
    call.target = "/stream";
    bool opened = false, closed = false;
    auto download = world.client.download(call, [&](unsigned) { opened = true; }, {}, {});
    world.run_until([&] { return opened && world.stream; });
    world.stream->on_closed = [&] {
        closed = true;
    };
    download.reset();
    world.run_until([&] { return closed; });
    BOOST_TEST(!world.stream->write("x"));
    world.stream.reset();
    world.run_until([&] { return world.server->clients() == 0; });
}

BOOST_AUTO_TEST_CASE(a_client_that_takes_nothing_is_cut_off)
{
    World world;
    world.start();
    tcp::socket socket(world.io);
    socket.connect({asio::ip::make_address("127.0.0.1"), world.config.listen.port});
    asio::write(socket,
                asio::buffer(std::string("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")));
    world.run_until([&] { return world.stream != nullptr; });
    bool closed = false, refused = false;
    world.stream->on_closed = [&] {
        closed = true;
    };
    for (int i = 0; i < 1000 && !refused; ++i) {
        refused = !world.stream->write(std::string(100'000, 'x'));
        world.io.poll();
    }
    BOOST_TEST(refused);
    world.run_until([&] { return closed; });
}

BOOST_AUTO_TEST_CASE(strangers_are_refused)
{
    World world;
    world.config.origins = {"chrome-extension://wallet"};
    world.start();
    const auto status = [&](const std::string& more) {
        return world.raw(request_text("1", more + "Connection: close\r\n")).substr(9, 3);
    };
    BOOST_TEST(status("") == "200");
    BOOST_TEST(status("Origin: chrome-extension://wallet\r\n") == "200");
    BOOST_TEST(status("Origin: http://localhost\r\n") == "403");
    BOOST_TEST(status("Origin: null\r\n") == "403");
    BOOST_TEST(world.raw("POST / HTTP/1.1\r\nHost: a.example\r\n\r\n").substr(9, 3) == "403");
    BOOST_TEST(world.raw("nonsense\r\n\r\n").substr(9, 3) == "400");
    BOOST_TEST(
        world.raw("GET / HTTP/1.1\r\nX: " + std::string(9000, 'y') + "\r\n\r\n").substr(9, 3) ==
        "431");
    BOOST_TEST(
        world
            .raw("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                 "Content-Length: 1000000000\r\n\r\n")
            .substr(9, 3) == "413");
    BOOST_TEST(world.raw("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
                   .substr(9, 3) == "415");
}

BOOST_AUTO_TEST_CASE(where_there_is_a_token_clients_show_it)
{
    const test::TemporaryFolder folder;
    World world;
    world.config.token_file = folder.write("0123456789abcdef\n");
    world.start();
    const auto status = [&](const std::string& authorization) {
        return world.raw(request_text("1", authorization + "Connection: close\r\n"))
            .substr(9, 3);
    };
    BOOST_TEST(status("") == "401");
    BOOST_TEST(status("Authorization: Bearer 0123456789abcdee\r\n") == "401");
    BOOST_TEST(status("Authorization: Bearer 0123456789abcde\r\n") == "401");
    BOOST_TEST(status("Authorization: bearer 0123456789abcdef\r\n") == "200");
}

BOOST_AUTO_TEST_CASE(too_many_requests_are_refused)
{
    World world;
    world.config.max_requests_per_second = 3;
    world.start();
    std::map<std::string, int> counts;
    for (int i = 0; i < 10; ++i)
        ++counts[world.raw(request_text("1", "Connection: close\r\n")).substr(9, 3)];
    BOOST_TEST(counts["200"] >= 3);
    BOOST_TEST(counts["429"] >= 1);
}

BOOST_AUTO_TEST_CASE(half_open_and_slow_clients_are_timed_out)
{
    World world;
    world.start();
    world.server->limits().header_time = world.server->limits().body_time =
        world.server->limits().idle_time = 1s;
    BOOST_TEST(world.raw("POST / HT") == "");
    BOOST_TEST(world.raw("") == "");
    BOOST_TEST(world.raw("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json"
                         "\r\nContent-Length: 5\r\n\r\n1") == "");
    BOOST_TEST(world.raw(request_text("1")).substr(9, 3) == "200");
}

BOOST_AUTO_TEST_CASE(websockets_carry_texts_both_ways)
{
    World world;
    world.start();
    std::shared_ptr<WebSocket> accepted;
    bool closed = false;
    world.server->take_websockets([&](std::shared_ptr<WebSocket> socket) {
        accepted = socket;
        socket->on_message = [raw = socket.get()](const std::string& text) {
            raw->send("<" + text + ">");
        };
        socket->on_closed = [&] {
            closed = true;
        };
    });
    websocket::stream<tcp::socket> client(world.io);
    client.next_layer().connect(
        {asio::ip::make_address("127.0.0.1"), world.config.listen.port});
    bool open = false;
    client.async_handshake("localhost", "/", [&](error_code error) { open = !error; });
    world.run_until([&] { return open; });
    boost::beast::flat_buffer buffer;
    for (const std::string text : {"one", "two"}) {
        bool got = false;
        client.async_write(asio::buffer(text), [](error_code, size_t) {});
        client.async_read(buffer, [&](error_code error, size_t) { got = !error; });
        world.run_until([&] { return got; });
        BOOST_TEST(boost::beast::buffers_to_string(buffer.data()) == "<" + text + ">");
        buffer.clear();
    }
    BOOST_TEST(accepted->send("news"));
    bool got = false;
    client.async_read(buffer, [&](error_code error, size_t) { got = !error; });
    world.run_until([&] { return got; });
    client.next_layer().close();
    world.run_until([&] { return closed; });
    BOOST_TEST(!accepted->send("x"));
}

BOOST_AUTO_TEST_CASE(web_pages_get_no_websocket)
{
    World world;
    world.start();
    world.server->take_websockets([](const auto&) { BOOST_FAIL("accepted"); });
    BOOST_TEST(world
                   .raw("GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n"
                        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
                        "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                   .substr(9, 3) == "403");
}

BOOST_AUTO_TEST_CASE(a_server_that_is_not_there_is_unreachable)
{
    World world;
    const auto result = world.result_of(world.call("1"));
    BOOST_TEST((result.fault == HttpResult::Fault::kUnreachable));
    HttpCall call = world.call("1");
    call.url.host = "no-such-host.invalid";
    BOOST_TEST((world.result_of(call).fault == HttpResult::Fault::kUnreachable));
}

BOOST_AUTO_TEST_CASE(a_server_that_is_silent_or_says_too_much_is_told_apart)
{
    World world;
    tcp::acceptor silent(world.io,
                         {asio::ip::make_address("127.0.0.1"), world.config.listen.port});
    HttpCall call = world.call("1");
    call.timeout = 200ms;
    BOOST_TEST((world.result_of(call).fault == HttpResult::Fault::kBroken));
    silent.close();
    world.start();
    call = world.call(std::string(5000, '1'));
    call.max_answer_bytes = 4000;
    const auto result = world.result_of(call);
    BOOST_TEST((result.fault == HttpResult::Fault::kTooLarge),
               result.status << " " << result.body.size() << " " << result.message);
}

BOOST_AUTO_TEST_CASE(what_is_not_idempotent_goes_out_once_though_a_kept_connection_breaks)
{
    World world;
    tcp::acceptor acceptor(world.io,
                           {asio::ip::make_address("127.0.0.1"), world.config.listen.port});
    int connections = 0, requests = 0;
    // Answers the first request of a connection and closes at the second.
    std::function<void()> accept = [&] {
        acceptor.async_accept([&](error_code error, tcp::socket accepted) {
            if (error)
                return;
            ++connections;
            auto socket = std::make_shared<tcp::socket>(std::move(accepted));
            auto text = std::make_shared<std::string>();
            asio::async_read_until(
                *socket, asio::dynamic_buffer(*text), "\r\n\r\n1",
                [&, socket, text](error_code, size_t size) {
                    ++requests;
                    text->erase(0, size);
                    asio::write(*socket, asio::buffer(std::string(
                                             "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")));
                    asio::async_read_until(
                        *socket, asio::dynamic_buffer(*text), "\r\n\r\n1",
                        [&, socket, text](error_code failed, size_t) { requests += !failed; });
                });
            accept();
        });
    };
    accept();
    BOOST_TEST(world.result_of(world.call("1")).body == "x");
    BOOST_TEST((world.result_of(world.call("1")).fault == HttpResult::Fault::kBroken));
    BOOST_TEST(connections == 1);
    BOOST_TEST(requests == 2);
    BOOST_TEST(world.result_of(world.call("1")).body == "x");
    HttpCall call = world.call("1");
    call.idempotent = true;
    BOOST_TEST(world.result_of(call).body == "x");
    BOOST_TEST(connections == 3);
}
