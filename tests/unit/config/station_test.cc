#include "config/station.h"
#include "unit/config/station_texts.h"

#include <boost/algorithm/string/replace.hpp>
#include <boost/test/unit_test.hpp>

#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

using namespace depinsat::config;

BOOST_AUTO_TEST_CASE(a_short_user_station_gets_the_defaults)
{
    const Station station = parse(kUser);
    BOOST_TEST(station.name == "user");
    BOOST_TEST((station.role == Role::kUser));
    BOOST_TEST(station.key_file.string() == "/etc/d/keys/user.key");
    BOOST_TEST(station.paths[0].waveform.rolloff == 0.2);
    BOOST_TEST(station.paths[0].waveform.pilots);
    BOOST_TEST((station.paths[0].waveform.frame_size == depinsat::framing::FrameSize::kShort));
    BOOST_TEST(station.paths[0].radio.sample_rate_hz == 1e6);
    BOOST_TEST(!station.paths[0].transmit.enabled);
    BOOST_TEST(station.paths[0].modem.lead.count() == 5);
    BOOST_TEST(station.paths[0].modem.tx_endpoint ==
               "ipc://" + runtime_directory("user").string() + "/tx");
    BOOST_TEST(station.paths[0].modem.runtime_directory.has_value());
    BOOST_TEST(station.paths[0].delay.count() == 250);
    BOOST_TEST(station.journal.string() == "/etc/d/keys/user.journal");
    BOOST_TEST(station.journal_max_bytes == 256u << 20);
    BOOST_REQUIRE(station.ethereum.size() == 1u);
    BOOST_TEST((station.ethereum[0].gateways == std::vector{*from_base64(kKey)}));
    BOOST_TEST(station.ethereum[0].server.listen.port == 9545);
    BOOST_TEST(station.ethereum[0].timeout.count() == 10000);
    BOOST_TEST(!station.telemetry.has_value());
}

BOOST_AUTO_TEST_CASE(a_gateway_has_an_upstream)
{
    const Station station = parse(kGateway);
    BOOST_REQUIRE(station.upstreams.size() == 1u);
    BOOST_TEST(station.upstreams[0].url.port == 8545);
    BOOST_TEST(station.upstreams[0].timeout.count() == 5000);
    BOOST_TEST(station.key_file.string() == "/k");
}

BOOST_AUTO_TEST_CASE(the_documented_file_is_good)
{
    std::ifstream in(DEPINSAT_DOCS "/station.toml");
    std::stringstream text;
    text << in.rdbuf();
    std::string user = text.str();
    boost::replace_all(user, "<public key>", kKey);
    const Station station = parse(user);
    BOOST_TEST(station.telemetry->listen.port == 9600);
    BOOST_TEST(station.paths[0].transmit.enabled);
}

BOOST_AUTO_TEST_CASE(bad_keys_and_values_are_refused_at_their_line)
{
    check_error("#11", "colour = 1", "11: waveform.colour: unknown key; allowed: kind,");
    check_error("#17", "[strange]", "17: strange: unknown key; allowed: station,");
    check_error(
        "symbol_rate_baud = 500000", "symbol_rate_baud = \"500k\"",
        "9: waveform.symbol_rate_baud: is the text \"500k\"; allowed: an integer in baud "
        "from 1000 to 60000000");
    check_error("symbol_rate_baud = 500000", "symbol_rate = 500",
                "9: waveform.symbol_rate: unknown key; do you mean symbol_rate_baud?");
    check_error("symbol_rate_baud = 500000", "symbol_rate_baud = 500",
                "9: waveform.symbol_rate_baud: is 500; allowed:");
    check_error("symbol_rate_baud = 500000", "",
                "7: waveform.symbol_rate_baud: is missing; allowed:");
    check_error("#11", "rolloff = 0.3",
                "11: waveform.rolloff: is none of DVB-S2's or S2X's; allowed:");
    check_error("qpsk_1-2", "qpsk_9-9", "10: waveform.modcod: unknown MODCOD \"qpsk_9-9\"");
    check_error("qpsk_1-2", "qpsk_9-10",
                "10: waveform.modcod: unknown MODCOD \"qpsk_9-10\" for "
                "short frames");
    check_error("\"user\"\nrole", "\"Us er\"\nrole", "2: station.name: is \"Us er\"; allowed:");
    check_error("role = \"user\"", "role = \"boss\"",
                "3: station.role: is \"boss\"; allowed: \"user\", \"gateway\"");
    check_error(kKey, "nonsense",
                "5: station.peers: holds \"nonsense\", which is no public key");
    check_error("[\"" + kKey + "\"]", "[]", "5: station.peers: is empty");
    check_error("[\"", "[\"" + kKey + "\", \"", "5: station.peers: holds " + kKey + " twice");
    check_error("#14", "sample_rate_hz = 500000",
                "14: radio.sample_rate_hz: is 500000; allowed: a number in Hz from 600000");
    const std::string wide = error_of(
        replaced(replaced(kUser, "#11", "rolloff = 0.35"), "#14", "sample_rate_hz = 650000"));
    BOOST_TEST(wide.starts_with(
                   "14: radio.sample_rate_hz: is 650000; allowed: a number in Hz from 675000"),
               wide);
    check_error(
        "#14", "sample_rate_hz = 1.1e9",
        "14: radio.sample_rate_hz: is 1100000000; allowed: a number in Hz from 600000 to "
        "250000000");
    const std::string slow =
        replaced(replaced(kUser, "500000", "1000"), "#14", "sample_rate_hz = 2.1e6");
    BOOST_TEST(error_of(slow).find("allowed: a number in Hz from 1200 to 2000000") !=
                   std::string::npos,
               error_of(slow));
}

BOOST_AUTO_TEST_CASE(impossible_combinations_are_refused)
{
    check_error("role = \"user\"", "role = \"gateway\"",
                "15: bridge.ethereum: belongs to a user station");
    check_error("#17", "[[upstream]]", "17: upstream.protocol: is missing");
    BOOST_TEST(error_of(kGateway + "max_head_age_s = 5\n")
                   .starts_with("16: upstream.max_head_age_s: belongs to a user station"));
    BOOST_TEST(error_of(kGateway + "[[bridge.ethereum]]\nlisten = \"127.0.0.1:1\"\n")
                   .starts_with("16: bridge.ethereum: belongs to a user station"));
    BOOST_TEST(
        error_of(replaced(kGateway, "http:", "tcp:"))
            .starts_with("15: upstream.url: is \"tcp://127.0.0.1:8545\"; allowed: http://"));
    BOOST_TEST(error_of(kGateway + "ca_file = \"ca.pem\"\n")
                   .starts_with("16: upstream.ca_file: is of no use"));
    BOOST_TEST(error_of(kGateway + kGateway.substr(kGateway.find("[[upstream]]")))
                   .starts_with("18: upstream.url: is used twice"));
    check_error("127.0.0.1:9545", "0.0.0.0:9545",
                "16: bridge.ethereum.listen: is \"0.0.0.0:9545\"; allowed: 127.0.0.1:PORT");
    check_error("#17", "[telemetry]\nlisten = \"localhost:9545\"",
                "18: telemetry.listen: is used twice");
    check_error("#17", "gateway = \"" + kOtherKey + '"',
                "17: bridge.ethereum.gateway: is not among station.peers");
    check_error("[\"", "[\"" + kOtherKey + "\", \"", "15: bridge.ethereum.gateway: is missing");
    check_error("#14", "[modem]\ntx_endpoint = \"tcp://10.0.0.1:5\"",
                "15: modem.tx_endpoint: is not of this machine");
    check_error("#14", "[modem]\ntx_endpoint = \"udp://x\"",
                "15: modem.tx_endpoint: is neither ipc://PATH nor tcp://ADDRESS:PORT");
    check_error("#14", "[modem]\ntx_endpoint = \"ipc:///a\"\nrx_endpoint = \"ipc:///a\"",
                "16: modem.rx_endpoint: is used twice");
}

BOOST_AUTO_TEST_CASE(a_gateway_may_have_several_upstreams_of_a_protocol)
{
    const Station station =
        parse(kGateway + "[[upstream]]\nprotocol = \"ethereum\"\nurl = "
                         "\"https://b.example/key\"\nca_file = \"ca.pem\"\n");
    BOOST_REQUIRE(station.upstreams.size() == 2u);
    BOOST_TEST((station.upstreams[1].url.scheme == Url::Scheme::kHttps));
    BOOST_TEST(station.upstreams[1].url.port == 443);
    BOOST_TEST(station.upstreams[1].ca_file->string() == "/etc/d/ca.pem");
}

BOOST_AUTO_TEST_CASE(a_bridge_uses_every_gateway_unless_it_names_one)
{
    const std::string two = replaced(kUser, "[\"", "[\"" + kOtherKey + "\", \"");
    const std::string gateways =
        "[[gateway]]\nkey = \"" + kKey +
        "\"\noperator = \"b\"\ntrust = \"full\"\n[[gateway]]\nkey = \"" + kOtherKey + "\"\n";
    const Station all = parse(two + gateways);
    BOOST_TEST(
        (all.ethereum[0].gateways == std::vector{*from_base64(kKey), *from_base64(kOtherKey)}));
    BOOST_TEST(all.gateways[0].operator_name == "b");
    BOOST_TEST((all.gateways[0].trust == Gateway::Trust::kFull));
    BOOST_TEST((all.gateways[1].trust == Gateway::Trust::kNone));
    const Station one =
        parse(replaced(two + gateways, "#17", "gateway = \"" + kOtherKey + "\""));
    BOOST_TEST((one.ethereum[0].gateways == std::vector{*from_base64(kOtherKey)}));
    check_error("#17", "[[gateway]]\nkey = \"" + kOtherKey + '"',
                "18: gateway.key: is not among station.peers");
    check_error("#17", "[[gateway]]\nkey = \"" + kKey + "\"\ntrust = \"some\"",
                "19: gateway.trust: is \"some\"; allowed: \"none\", \"full\"");
}

BOOST_AUTO_TEST_CASE(a_server_has_limits_and_knows_whom_it_serves)
{
    const Station station =
        parse(replaced(kUser, "#17",
                       "max_clients = 5\nmax_requests_per_second = 7\ntoken_file = \"t\"\n"
                       "origins = [\"chrome-extension://abc\"]\nmax_request_bytes = 2048"));
    const LocalServer& server = station.ethereum[0].server;
    BOOST_TEST(server.max_clients == 5u);
    BOOST_TEST(server.max_requests_per_second == 7u);
    BOOST_TEST(server.max_request_bytes == 2048u);
    BOOST_TEST(server.token_file->string() == "/etc/d/t");
    BOOST_TEST(server.origins == std::vector<std::string>{"chrome-extension://abc"});
    for (const auto bad : {"*", "example.org", "https://*", "https://a/b"})
        check_error("#17", std::string("origins = [\"") + bad + "\"]",
                    std::string("17: bridge.ethereum.origins: holds \"") + bad + '"');
}

BOOST_AUTO_TEST_CASE(a_modem_elsewhere_needs_curve)
{
    const std::string ports = "[modem]\ntx_endpoint = \"tcp://10.0.0.1:5\"\nrx_endpoint = "
                              "\"tcp://10.0.0.1:6\"\ntelemetry_endpoint = "
                              "\"tcp://10.0.0.2:7\"\n"; // lines 14 to 17
    const std::string file = "curve_key_file = \"modem.key\"\n", a(40, '0'), b(40, '1');
    const auto peers = [](const std::string& keys) {
        return "curve_peer_keys = " + keys;
    };
    const std::string good = ports + file + peers("[\"" + a + "\", \"" + b + "\"]");
    const Station station = parse(replaced(kUser, "#14", good));
    BOOST_TEST(station.paths[0].modem.curve_key_file->string() == "/etc/d/modem.key");
    BOOST_TEST(station.paths[0].modem.curve_peer_keys.size() == 2u);
    BOOST_TEST(!station.paths[0].modem.runtime_directory.has_value());
    const auto json = to_json(station)["modem"];
    BOOST_TEST(json["curve_key_file"] == "/etc/d/modem.key");
    BOOST_TEST(json["curve_peer_keys"][1] == b);

    check_error("#14", ports, "15: modem.tx_endpoint: is not of this machine; curve_key_file");
    check_error("#14", replaced(ports, "10.0.0.1:5", "127.0.0.1:5"),
                "16: modem.rx_endpoint: is not of this machine");
    check_error("#14", replaced(replaced(ports, "10.0.0.1", "127.0.0.1"), "10.0.0.1", "[::1]"),
                "17: modem.telemetry_endpoint: is not of this machine");
    check_error("#14", ports + file, "14: modem.curve_peer_keys: is missing");
    check_error("#14", ports + peers("[]"), "18: modem.curve_peer_keys: is of no use");
    check_error("#14", ports + file + peers("[]"), "19: modem.curve_peer_keys: is empty");
    check_error("#14", ports + file + peers("[\"" + kKey + "\"]"),
                "19: modem.curve_peer_keys: holds \"" + kKey +
                    "\", which is no CURVE public key; allowed: public keys in Z85");
    check_error("#14", ports + file + peers("[\"" + a + "\", \"" + a + "\"]"),
                "19: modem.curve_peer_keys: holds " + a + " twice");
}

BOOST_AUTO_TEST_CASE(curve_is_for_tcp_on_every_endpoint)
{
    const std::string curve = "[modem]\ncurve_key_file = \"k\"\ncurve_peer_keys = [\"" +
                              std::string(40, '0') + "\"]\n";
    const std::string tx = "tx_endpoint = \"tcp://127.0.0.1:5\"\n",
                      rx = "rx_endpoint = \"tcp://[::1]:6\"\n",
                      telemetry = "telemetry_endpoint = \"tcp://127.0.0.1:7\"";
    BOOST_TEST(error_of(replaced(kUser, "#14", curve + tx + rx + telemetry)) == "no error");
    check_error("#14", curve, "14: modem.tx_endpoint: is missing, and there is a curve_key");
    check_error("#14", curve + tx + telemetry, "14: modem.rx_endpoint: is missing");
    check_error(
        "#14", curve + tx + rx + "telemetry_endpoint = \"ipc:///t\"",
        "19: modem.telemetry_endpoint: is not for CURVE, and there is a curve_key_file; "
        "allowed: tcp://ADDRESS:PORT");
}

BOOST_AUTO_TEST_CASE(overrides_belong_to_their_profiles)
{
    check_error("#14", "tx_gain_db = 3", "14: radio.tx_gain_db: is for real radios only");
    check_error("#14", "file = \"a\"", "14: radio.file: is for profile \"sigmf\" only");
    check_error("\"sim\"", "\"sigmf\"", "12: radio.file: is missing");
    check_error("\"sim\"\n#14", "\"hackrf\"\nuplink_endpoint = \"ipc:///a\"",
                "14: radio.uplink_endpoint: is for profile \"sim\" only");
    check_error("\"sim\"", "\"../sim\"", "13: radio.profile: is \"../sim\"; allowed:");
    check_error("\"sim\"", "\"hackrf\"", "12: radio.tx_frequency_hz: is missing");
}

BOOST_AUTO_TEST_CASE(nothing_goes_on_air_by_accident)
{
    const std::string radio = replaced(
        kUser, "\"sim\"", "\"hackrf\"\ntx_frequency_hz = 2.4e9\nrx_frequency_hz = 2.4e9");
    const auto error = [&](const std::string& transmit) {
        return error_of(replaced(radio, "#14", "[transmit]\n" + transmit));
    };
    const std::string band = "\nband_hz = [2.39e9, 2.41e9]";
    BOOST_TEST(error("enabled = false") == "no error");
    BOOST_TEST(error("enabled = true").starts_with("16: transmit.band_hz: is missing"));
    BOOST_TEST(
        error("enabled = true" + band).starts_with("16: transmit.max_power_dbm: is missing"));
    BOOST_TEST(error("enabled = true\nmax_power_dbm = 10" + band)
                   .starts_with("16: transmit.service: is not one that a real radio"));
    const std::string licensed = "enabled = true\nservice = \"satellite\"\nmax_power_dbm = 10";
    BOOST_TEST(error(licensed + band) == "no error");
    BOOST_TEST(error(licensed + "\nband_hz = [2.3998e9, 2.41e9]")
                   .starts_with("20: transmit.band_hz: does not hold the carrier"));
    BOOST_TEST(error("service = \"amateur\"")
                   .starts_with("17: transmit.service: is \"amateur\": the link encrypts"));
}

BOOST_AUTO_TEST_CASE(a_gateway_may_have_a_former_key)
{
    const std::string former = "key_file = \"/k\"\nformer_key_file = \"old/k\"";
    const Station gateway = parse(replaced(kGateway, "key_file = \"/k\"", former));
    BOOST_TEST(gateway.former_key_file->string().ends_with("/old/k"));
    BOOST_TEST(to_json(gateway).at("station").at("former_key_file") ==
               gateway.former_key_file->string());
    BOOST_TEST(!parse(kGateway).former_key_file.has_value());
    BOOST_TEST(error_of(replaced(kUser, "peers =", "former_key_file = \"k\"\npeers ="))
                   .starts_with("5: station.former_key_file: belongs to a gateway"));
}

BOOST_AUTO_TEST_CASE(the_journal_lies_where_it_is_asked_for)
{
    const std::string link = "[link]\njournal = \"state/j\"\njournal_max_mb = 4\n";
    const Station station = parse(replaced(kUser, "#17", link));
    BOOST_TEST(station.journal.string() == "/etc/d/state/j");
    BOOST_TEST(station.journal_max_bytes == 4u << 20);
    const auto json = to_json(station)["link"];
    BOOST_TEST(json["journal"] == "/etc/d/state/j");
    BOOST_TEST(json["journal_max_mb"] == 4);
    check_error("#17", "[link]\njournal = \"keys/user.key\"\n",
                "18: link.journal: is the key file");
    check_error("#17", "[link]\njournal_max_mb = 3\n",
                "18: link.journal_max_mb: is 3; allowed: an integer from 4 to 65536");
}

BOOST_AUTO_TEST_CASE(the_json_has_every_value_in_use)
{
    const auto json = to_json(parse(kUser));
    BOOST_TEST(json["station"]["key_file"] == "/etc/d/keys/user.key");
    BOOST_TEST(json["waveform"]["frame_size"] == "short");
    BOOST_TEST(json["radio"]["sample_rate_hz"] == 1e6);
    BOOST_TEST(!json["radio"].contains("device"));
    BOOST_TEST(json["modem"]["lead_ms"] == 5);
    BOOST_TEST(json["modem"]["cores"] == 1);
    BOOST_TEST(json["modem"]["rx_endpoint"].get<std::string>().ends_with("/user/rx"));
    BOOST_TEST(json["bridge"]["ethereum"][0]["listen"] == "127.0.0.1:9545");
    BOOST_TEST(json["bridge"]["ethereum"][0]["gateways"][0] == kKey);
    const auto gateway = to_json(parse(kGateway));
    BOOST_TEST(gateway["upstream"][0]["url"] == "http://127.0.0.1:8545/");
}
