#include "bridge/tun/ip_packet.h"
#include "bridge/tun/policy.h"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace {

using namespace depinsat::bridge::tun;
using namespace depinsat::config;
using Bytes = std::vector<uint8_t>;

Bytes ipv4(uint8_t protocol, const Bytes& payload, uint16_t fragment = 0)
{
    const auto size = uint8_t(20 + payload.size());
    Bytes packet{0x45,
                 0,
                 0,
                 size,
                 0,
                 0,
                 uint8_t(fragment >> 8),
                 uint8_t(fragment),
                 64,
                 protocol,
                 0,
                 0,
                 10,
                 66,
                 0,
                 2,
                 10,
                 66,
                 0,
                 1};
    packet.insert(packet.end(), payload.begin(), payload.end());
    return packet;
}

Bytes ipv6(uint8_t next, const Bytes& payload)
{
    Bytes packet{0x60, 0, 0, 0, 0, uint8_t(payload.size()), next, 64};
    for (const uint8_t last : {2, 1}) {
        packet.insert(packet.end(), {0xfd, 0x66, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        packet.push_back(last);
    }
    packet.insert(packet.end(), payload.begin(), payload.end());
    return packet;
}

const Bytes kFromTo{0x30, 0x39, 0, 22}; ///< ports 12345 and 22

IpAddress address(const char* text)
{
    return parse_ip_prefix(text)->address;
}

TunBridge rules(std::vector<const char*> allow, std::vector<const char*> deny)
{
    TunBridge tun;
    tun.allow.clear();
    for (const auto* text : allow)
        tun.allow.push_back(*parse_ip_traffic(text));
    for (const auto* text : deny)
        tun.deny.push_back(*parse_ip_traffic(text));
    return tun;
}

bool passes(const Bytes& bytes, const TunBridge& tun)
{
    return may_pass(parse_ip_packet(bytes).value(), tun);
}

} // namespace

BOOST_AUTO_TEST_CASE(headers_of_ipv4_are_read)
{
    const auto packet = parse_ip_packet(ipv4(kTcp, kFromTo));
    BOOST_REQUIRE(packet.has_value());
    BOOST_TEST((packet->source == address("10.66.0.2")));
    BOOST_TEST((packet->destination == address("10.66.0.1")));
    BOOST_TEST(packet->protocol == kTcp);
    BOOST_TEST(packet->ports.value().source == 12345);
    BOOST_TEST(packet->ports.value().destination == 22);
    BOOST_TEST(!parse_ip_packet(ipv4(kUdp, kFromTo, 5))->ports.has_value());
    BOOST_TEST(!parse_ip_packet(ipv4(kIcmp, kFromTo))->ports.has_value());
}

BOOST_AUTO_TEST_CASE(headers_of_ipv6_are_read_behind_extensions)
{
    BOOST_TEST(parse_ip_packet(ipv6(kUdp, kFromTo))->ports.value().destination == 22);
    Bytes payload{60, 0, 0, 0, 0, 0, 0, 0}; // hop by hop
    payload.insert(payload.end(), {44, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}); // options
    payload.insert(payload.end(), {kTcp, 0, 0, 1, 0, 0, 0, 9}); // the first fragment
    payload.insert(payload.end(), kFromTo.begin(), kFromTo.end());
    const auto packet = parse_ip_packet(ipv6(0, payload));
    BOOST_REQUIRE(packet.has_value());
    BOOST_TEST(packet->protocol == kTcp);
    BOOST_TEST(packet->ports.value().source == 12345);
    payload[8 + 16 + 3] = 9; // a later one
    BOOST_TEST(!parse_ip_packet(ipv6(0, payload))->ports.has_value());
    BOOST_TEST((packet->destination == address("fd66::1")));
}

BOOST_AUTO_TEST_CASE(what_is_no_whole_packet_is_refused)
{
    for (const Bytes& whole : {ipv4(kTcp, kFromTo), ipv6(kTcp, kFromTo)})
        for (size_t size = 0; size < whole.size(); ++size)
            BOOST_TEST(!parse_ip_packet(std::span(whole).first(size)).has_value());
    Bytes bad = ipv4(kTcp, kFromTo);
    bad[0] = 0x44; // a header of 16 bytes
    BOOST_TEST(!parse_ip_packet(bad).has_value());
    bad[0] = 0x4f; // longer than the packet
    BOOST_TEST(!parse_ip_packet(bad).has_value());
    bad[0] = 0x55;
    BOOST_TEST(!parse_ip_packet(bad).has_value());
    Bytes endless;
    for (int i = 0; i < 8; ++i)
        endless.insert(endless.end(), {0, 0, 0, 0, 0, 0, 0, 0});
    BOOST_TEST(!parse_ip_packet(ipv6(0, endless)).has_value());
    Bytes masked = ipv6(kTcp, kFromTo); // ::ffff:10.66.0.2 would pass for IPv4
    std::fill_n(masked.begin() + 8, 10, uint8_t{0});
    masked[18] = masked[19] = 0xff;
    BOOST_TEST(!parse_ip_packet(masked).has_value());
}

BOOST_AUTO_TEST_CASE(rules_hold_for_ports_of_either_end)
{
    const Bytes ssh = ipv4(kTcp, kFromTo), ping = ipv4(kIcmp, {8, 0, 0, 0});
    const Bytes ping6 = ipv6(kIcmpV6, {128, 0, 0, 0}), later = ipv4(kTcp, kFromTo, 5);
    BOOST_TEST(passes(ssh, rules({"any"}, {})));
    BOOST_TEST(passes(ssh, rules({"tcp:22"}, {})));
    BOOST_TEST(passes(ssh, rules({"tcp:12000-13000"}, {})));
    BOOST_TEST(!passes(ssh, rules({"tcp:23"}, {})));
    BOOST_TEST(!passes(ssh, rules({"udp"}, {})));
    BOOST_TEST(!passes(ssh, rules({}, {})));
    BOOST_TEST(!passes(ssh, rules({"any"}, {"tcp:22"})));
    BOOST_TEST(passes(later, rules({"tcp:23"}, {"tcp:22"})));
    BOOST_TEST(!passes(later, rules({"any"}, {"tcp"})));
    BOOST_TEST(passes(ping, rules({"icmp"}, {})));
    BOOST_TEST(passes(ping6, rules({"icmp"}, {})));
    BOOST_TEST(!passes(ping6, rules({"any"}, {"icmp"})));
}

BOOST_AUTO_TEST_CASE(the_longest_prefix_says_whose_an_address_is)
{
    const TunStation wide{{1}, {*parse_ip_prefix("10.0.0.0/8")}};
    const TunStation narrow{{2},
                            {*parse_ip_prefix("10.66.0.2"), *parse_ip_prefix("fd66::/64")}};
    const std::vector<TunStation> stations{wide, narrow};
    const auto owner = [&](const char* text) {
        return station_of(address(text), stations);
    };
    BOOST_TEST(owner("10.66.0.2") == &stations[1]);
    BOOST_TEST(owner("10.66.0.3") == &stations[0]);
    BOOST_TEST(owner("fd66::9") == &stations[1]);
    BOOST_TEST(owner("11.0.0.1") == nullptr);
    BOOST_TEST(is_of(address("fd66::9"), narrow));
    BOOST_TEST(!is_of(address("fd67::9"), narrow));
}
