#include "config/station.h"
#include "unit/config/station_texts.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::config;

BOOST_AUTO_TEST_CASE(tcp_services_have_names)
{
    const std::string bridge = "[[bridge.tcp]]\nlisten = \"127.0.0.1:1\"\n";
    const Station user = parse(kUser + bridge + "service = \"fix\"\n");
    BOOST_REQUIRE(user.tcp.size() == 1u);
    BOOST_TEST(user.tcp[0].service == "fix");
    BOOST_TEST(user.tcp[0].listen.port == 1);
    BOOST_TEST((user.tcp[0].gateways == user.peers));
    const std::string upstream =
        "[[upstream]]\nprotocol = \"tcp\"\nurl = \"tcp://x.example:443\"\n";
    const Station gateway = parse(kGateway + upstream + "service = \"fix\"\n");
    BOOST_REQUIRE(gateway.upstreams.size() == 2u);
    BOOST_TEST(gateway.upstreams[1].service == "fix");
    BOOST_TEST(gateway.upstreams[1].url.host == "x.example");
    BOOST_TEST(error_of(kUser + bridge).find("bridge.tcp.service: is missing") !=
               std::string::npos);
    BOOST_TEST(error_of(kGateway + upstream).find("upstream.service: is missing") !=
               std::string::npos);
    BOOST_TEST(error_of(kGateway + "service = \"fix\"\n")
                   .find("upstream.service: belongs to protocol = \"tcp\"") !=
               std::string::npos);
    const std::string other = replaced(upstream, "x.example", "y.example");
    BOOST_TEST(
        error_of(kGateway + upstream + "service = \"fix\"\n" + other + "service = \"fix\"\n")
            .find("upstream.service: is used twice") != std::string::npos);
}
