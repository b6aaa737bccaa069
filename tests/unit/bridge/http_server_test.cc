#include "bridge/http_server.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::bridge;

BOOST_AUTO_TEST_CASE(hosts_of_loopback_are_taken)
{
    for (const auto host :
         {"localhost", "localhost:8545", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:65535"})
        BOOST_TEST(is_loopback_host(host), host);
}

BOOST_AUTO_TEST_CASE(other_hosts_are_refused)
{
    for (const auto host : {"", "example.org", "localhost.example.org", "127.0.0.1.nip.io",
                            "localhostx", "127.0.0.2", "127.0.0.1:80:80", "127.0.0.1:8a", "::1",
                            "[::1]x", "user@localhost", "LOCALHOST.", " localhost"})
        BOOST_TEST(!is_loopback_host(host), host);
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_named)
{
    asio::io_context io;
    tcp::acceptor other(io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
    depinsat::config::LocalServer config;
    config.listen = {"127.0.0.1", other.local_endpoint().port()};
    BOOST_CHECK_EXCEPTION(
        HttpServer(io, config, {}), std::runtime_error, [&](const auto& error) {
            return error.what() ==
                   "cannot listen on " + config.listen.text() + ": Address already in use";
        });
}
