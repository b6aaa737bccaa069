#include "config/station.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace depinsat::config;

namespace {

const std::string kKey(43, 'A');
const std::string kRest = "peers = [\"" + kKey +
                          "=\"]\n[waveform]\nkind = \"dvbs2\"\nsymbol_rate_baud = 500000\n"
                          "modcod = \"qpsk_1-2\"\n[radio]\nprofile = \"sim\"\n";
const std::string kUser =
    "[station]\nname = \"user\"\nrole = \"user\"\nkey_file = \"user.key\"\n" + kRest;
const std::string kGateway =
    "[station]\nname = \"gateway\"\nrole = \"gateway\"\nkey_file = \"gateway.key\"\n" + kRest;
const std::string kUpstream = "[[upstream]]\nprotocol = \"bitcoin\"\nurl = ";

Station parse(const std::string& text)
{
    return parse_station(text, "/etc/d/station.toml");
}

void check_refused(const std::string& text, const std::string& words)
{
    try {
        parse(text);
        BOOST_ERROR("taken: " + text);
    } catch (const ConfigError& error) {
        BOOST_TEST(std::string(error.what()).find(words) != std::string::npos, error.what());
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(a_bridge_has_defaults)
{
    const Station station = parse(kUser + "[[bridge.bitcoin]]\nlisten = \"127.0.0.1:9333\"\n");
    BOOST_REQUIRE(station.bitcoin);
    BOOST_TEST(station.bitcoin->listen->port == 9333);
    BOOST_TEST(!station.bitcoin->node);
    BOOST_TEST(station.bitcoin->network == "mainnet");
    BOOST_TEST((station.bitcoin->gateways == station.peers));
    BOOST_TEST(station.bitcoin->relay_transactions);
    BOOST_TEST(station.bitcoin->relay_bits_per_second == 8000u);
    const auto json = to_json(station)["bridge"]["bitcoin"][0];
    BOOST_TEST(json["listen"] == "127.0.0.1:9333");
    BOOST_TEST(json["max_clients"] == 16);
}

BOOST_AUTO_TEST_CASE(every_key_of_a_bridge_is_taken)
{
    const Station station = parse(
        kUser + "[[bridge.bitcoin]]\nnode = \"tcp://node.example:8333\"\nnetwork = \"signet\"\n"
                "relay_transactions = false\nrelay_bits_per_second = 100\n"
                "min_fee_rate_sat_per_kvb = 1000\nmax_clients = 2\n");
    const auto& bridge = *station.bitcoin;
    BOOST_TEST(bridge.node->host == "node.example");
    BOOST_TEST(bridge.network == "signet");
    BOOST_TEST(!bridge.relay_transactions);
    BOOST_TEST(bridge.relay_bits_per_second == 100u);
    BOOST_TEST(bridge.min_fee_rate == 1000u);
    BOOST_TEST(bridge.max_clients == 2u);
}

BOOST_AUTO_TEST_CASE(impossible_bridges_are_refused)
{
    const std::string bridge = kUser + "[[bridge.bitcoin]]\n";
    check_refused(bridge, "bridge.bitcoin.listen: is missing, and so is node");
    check_refused(bridge + "listen = \"0.0.0.0:1\"\n",
                  "bridge.bitcoin.listen: is \"0.0.0.0:1\"");
    check_refused(bridge + "node = \"127.0.0.1:1\"\n", "allowed: tcp://HOST:PORT");
    check_refused(bridge + "listen = \"127.0.0.1:1\"\nnetwork = \"testnet3\"\n",
                  "allowed: \"mainnet\", \"signet\", \"regtest\"");
    check_refused(bridge + "listen = \"127.0.0.1:1\"\nrelay_bits_per_second = 1\n",
                  "from 100 to 1000000000");
    check_refused(
        bridge + "listen = \"127.0.0.1:1\"\n[[bridge.bitcoin]]\nlisten = \"127.0.0.1:2\"\n",
        "is there twice");
    check_refused(kGateway + kUpstream + "\"tcp://127.0.0.1:8333\"\n[[bridge.bitcoin]]\n",
                  "belongs to a user station");
}

BOOST_AUTO_TEST_CASE(blocks_may_be_broadcast_to_a_group)
{
    const std::string group = "[[groups]]\nname = \"blocks\"\nkey_file = \"blocks.group\"\n";
    const std::string sends = group + "sends = true\n";
    const std::string listens = group + "senders = [\"" + kKey + "= " + kKey + "=\"]\n";
    const std::string node = kUpstream + "\"tcp://a:1\"\n";
    const Station gateway = parse(kGateway + sends + node + "group = \"blocks\"\n");
    BOOST_TEST(gateway.upstreams.at(0).group == "blocks");
    BOOST_TEST(to_json(gateway)["upstream"][0]["group"] == "blocks");
    check_refused(kGateway + sends + node + "group = \"other\"\n",
                  "allowed: a name of [[groups]]");
    check_refused(kGateway + listens + node + "group = \"blocks\"\n",
                  "allowed: one with groups.sends = true");
    check_refused(kGateway + sends +
                      "[[upstream]]\nprotocol = \"ethereum\"\nurl = \"http://a\"\n"
                      "group = \"blocks\"\n",
                  "is of no use: protocol is not \"bitcoin\"");

    const std::string bridge = "[[bridge.bitcoin]]\nlisten = \"127.0.0.1:1\"\n";
    const Station user = parse(kUser + listens + bridge + "group = \"blocks\"\n");
    BOOST_TEST(user.bitcoin->group == "blocks");
    BOOST_TEST((user.bitcoin->gateways == user.peers));
    std::string alone = kUser;
    alone.replace(alone.find("peers ="),
                  alone.find('\n', alone.find("peers =")) - alone.find("peers ="),
                  "peers = []");
    BOOST_TEST(
        parse(alone + listens + bridge + "group = \"blocks\"\n").bitcoin->gateways.empty());
    check_refused(alone + listens + bridge, "bridge.bitcoin.gateway: is missing");
    check_refused(kUser + sends + bridge + "group = \"blocks\"\n",
                  "allowed: one with groups.senders");
}

BOOST_AUTO_TEST_CASE(a_gateway_names_its_nodes_and_their_network)
{
    const Station station =
        parse(kGateway + kUpstream + "\"tcp://127.0.0.1:18444\"\nnetwork = \"regtest\"\n");
    BOOST_TEST(station.upstreams.at(0).network == "regtest");
    BOOST_TEST(station.upstreams.at(0).url.port == 18444);
    BOOST_TEST(to_json(station)["upstream"][0]["network"] == "regtest");
    BOOST_TEST(parse(kGateway + kUpstream + "\"tcp://a:1\"\n").upstreams.at(0).network ==
               "mainnet");
    check_refused(kGateway + kUpstream + "\"http://127.0.0.1:1\"\n",
                  "allowed: tcp://HOST:PORT");
    check_refused(kGateway + kUpstream + "\"tcp://a:1\"\n" + kUpstream +
                      "\"tcp://b:1\"\nnetwork = \"signet\"\n",
                  "is not that of the other upstreams");
    check_refused(
        kGateway +
            "[[upstream]]\nprotocol = \"ethereum\"\nurl = \"http://a\"\nnetwork = \"signet\"\n",
        "is of no use: protocol is not \"bitcoin\"");
}
