#include "config/station.h"
#include "unit/config/station_texts.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::config;

namespace {

const std::string kTun = "[[bridge.tun]]\n";
const std::string kOwner = "[[bridge.tun.stations]]\nstation = \"" + kKey +
                           "\"\nnetworks = [\"10.66.0.2\", \"fd66:1::/64\"]\n";

bool holds(const std::string& text, const std::string& part)
{
    BOOST_TEST_CONTEXT(text) return text.find(part) != text.npos;
}

} // namespace

BOOST_AUTO_TEST_CASE(there_is_no_interface_unless_asked_for)
{
    BOOST_TEST(!parse(kUser).tun.has_value());
}

BOOST_AUTO_TEST_CASE(an_interface_of_a_user_has_defaults)
{
    const Station user = parse(kUser + kTun);
    BOOST_REQUIRE(user.tun.has_value());
    BOOST_TEST(user.tun->device == "depinsat0");
    BOOST_TEST(user.tun->mtu == 1280u);
    BOOST_TEST((user.tun->allow == std::vector{IpTraffic{}}));
    BOOST_TEST(user.tun->deny.empty());
    BOOST_TEST(user.tun->addresses.empty());
    BOOST_TEST((user.tun->gateways == user.peers));
}

BOOST_AUTO_TEST_CASE(rules_and_addresses_are_read)
{
    const Station user =
        parse(kUser + kTun +
              "addresses = [\"10.66.0.2/24\"]\nallow = [\"icmp\", \"tcp:22\"]\n"
              "deny = [\"udp:5000-5010\"]\nmax_waiting_bytes = 100000\n");
    BOOST_TEST(user.tun->addresses.at(0).text() == "10.66.0.2/24");
    BOOST_TEST(user.tun->allow.at(0).text() == "icmp");
    BOOST_TEST(user.tun->allow.at(1).text() == "tcp:22");
    BOOST_TEST(user.tun->deny.at(0).text() == "udp:5000-5010");
    BOOST_TEST(user.tun->max_waiting_bytes.value() == 100000u);
}

BOOST_AUTO_TEST_CASE(a_gateway_says_which_station_has_which_network)
{
    const Station gateway = parse(kGateway + kTun + kOwner);
    BOOST_TEST(gateway.tun->stations.at(0).networks.at(0).text() == "10.66.0.2/32");
    BOOST_TEST(gateway.tun->stations.at(0).networks.at(1).text() == "fd66:1::/64");
    BOOST_TEST(holds(error_of(kGateway + kTun), "bridge.tun.stations: is missing"));
    BOOST_TEST(holds(error_of(kUser + kTun + kOwner), "belongs to a gateway"));
    BOOST_TEST(holds(error_of(kGateway + kTun + kOwner + kOwner), "is used twice"));
}

BOOST_AUTO_TEST_CASE(a_gateway_of_nothing_but_an_interface_needs_no_upstream)
{
    const std::string gateway = kGateway.substr(0, kGateway.find("[[upstream]]"));
    BOOST_TEST(parse(gateway + kTun + kOwner).upstreams.empty());
    BOOST_TEST(holds(error_of(gateway), "upstream: is missing"));
}

BOOST_AUTO_TEST_CASE(bad_values_are_refused)
{
    const auto error = [](const std::string& line) {
        return error_of(kUser + kTun + line + '\n');
    };
    BOOST_TEST(holds(error("device = \"a/b\""), "bridge.tun.device: is \"a/b\""));
    BOOST_TEST(holds(error("device = \"abcdefghijklmnop\""), "bridge.tun.device"));
    BOOST_TEST(holds(error("allow = [\"tcp:0\"]"), "bridge.tun.allow: holds \"tcp:0\""));
    BOOST_TEST(holds(error("allow = [\"any:1\"]"), "bridge.tun.allow"));
    BOOST_TEST(holds(error("deny = [\"udp:5-4\"]"), "bridge.tun.deny"));
    BOOST_TEST(holds(error("addresses = [\"10.66.0.2/33\"]"), "bridge.tun.addresses"));
    BOOST_TEST(holds(error("mtu = 100"), "bridge.tun.mtu"));
    BOOST_TEST(holds(error(kTun), "is there twice"));
}

BOOST_AUTO_TEST_CASE(prefixes_hold_what_they_should)
{
    const auto address = [](const char* text) {
        return parse_ip_prefix(text)->address;
    };
    const auto v4 = *parse_ip_prefix("10.66.7.0/22");
    BOOST_TEST(v4.contains(address("10.66.4.1")));
    BOOST_TEST(!v4.contains(address("10.66.8.0")));
    BOOST_TEST(parse_ip_prefix("0.0.0.0/0")->contains(address("255.1.2.3")));
    BOOST_TEST(!parse_ip_prefix("0.0.0.0/0")->contains(address("fd66::1")));
    BOOST_TEST(parse_ip_prefix("::/0")->contains(address("fd66::1")));
    BOOST_TEST(!parse_ip_prefix("10.66.7.0/").has_value());
    BOOST_TEST(!parse_ip_prefix("10.66.7/8").has_value());
    BOOST_TEST(!parse_ip_prefix("fd66::1/129").has_value());
}
