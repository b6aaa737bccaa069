// [[path]] of station.toml.
#include "station_texts.h"

#include <nlohmann/json.hpp>

using namespace depinsat::config;

namespace {

const std::string kHead = R"([station]
name = "user"
role = "user"
key_file = "keys/user.key"
peers = ["AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="]
[link]
delay_ms = 30
)";

const std::string kEast = R"([[path]]
name = "east"
[path.waveform]
kind = "dvbs2"
symbol_rate_baud = 500000
modcod = "qpsk_1-2"
[path.radio]
profile = "sim"
)";

const std::string kWest = R"([[path]]
name = "west"
delay_ms = 250
[path.waveform]
kind = "dvbs2"
symbol_rate_baud = 100000
modcod = "8psk_2-3"
[path.radio]
profile = "hackrf"
tx_frequency_hz = 1e9
rx_frequency_hz = 1e9
device = "driver=hackrf,serial=1"
[path.transmit]
enabled = true
band_hz = [0.9e9, 1.1e9]
max_power_dbm = 10
service = "satellite"
[path.modem]
lead_ms = 10
)";

const std::string kBoth = kHead + kEast + kWest;

void check_paths_error(const std::string& text, const std::string& expected)
{
    BOOST_TEST(error_of(text).find(expected) != std::string::npos, error_of(text)
                                                                       << "\n  lacks\n"
                                                                       << expected);
}

} // namespace

BOOST_AUTO_TEST_CASE(each_path_has_waveform_radio_and_modem_of_its_own)
{
    const Station station = parse(kBoth);
    BOOST_REQUIRE(station.paths.size() == 2u);
    const Path &east = station.paths[0], &west = station.paths[1];
    BOOST_TEST(east.name == "east");
    BOOST_TEST(east.delay.count() == 30); // of [link]
    BOOST_TEST(east.radio.profile == "sim");
    BOOST_TEST(!east.transmit.enabled);
    BOOST_TEST(west.delay.count() == 250);
    BOOST_TEST(west.waveform.modcod == "8psk_2-3");
    BOOST_TEST(west.transmit.enabled);
    BOOST_TEST(west.modem.lead.count() == 10);
    BOOST_TEST(east.modem.tx_endpoint.ends_with("/user/east-tx"));
    BOOST_TEST(west.modem.telemetry_endpoint.ends_with("/user/west-telemetry"));
    BOOST_TEST(west.modem.runtime_directory->string() ==
               east.modem.runtime_directory->string());
}

BOOST_AUTO_TEST_CASE(what_is_printed_is_as_in_the_file)
{
    const auto several = to_json(parse(kBoth)), one = to_json(parse(kUser));
    BOOST_TEST(several["path"].size() == 2u);
    BOOST_TEST(several["path"][1]["name"] == "west");
    BOOST_TEST(several["path"][1]["delay_ms"] == 250);
    BOOST_TEST(several["path"][1]["modem"]["lead_ms"] == 10);
    BOOST_TEST(!several.contains("modem"));
    BOOST_TEST(!one.contains("path"));
    BOOST_TEST(one["link"]["delay_ms"] == 250);
    BOOST_TEST(one["modem"]["lead_ms"] == 5);
}

BOOST_AUTO_TEST_CASE(names_and_endpoints_are_used_once)
{
    check_paths_error(kHead + kEast + kEast, "17: path.name: is used twice");
    check_paths_error(replaced(kBoth, "\"west\"", "\"West\""), "path.name: is \"West\"");
    check_paths_error(replaced(kBoth, "name = \"west\"\n", ""), "path.name: is missing");
    check_paths_error(kHead + kEast + "[path.modem]\ntx_endpoint = \"ipc:///a\"\n" + kWest +
                          "rx_endpoint = \"ipc:///a\"\n",
                      "path.modem.rx_endpoint: is used twice");
}

BOOST_AUTO_TEST_CASE(a_radio_belongs_to_one_path)
{
    const std::string other = replaced(kWest, "\"west\"", "\"north\"");
    check_paths_error(kBoth + other, "path.radio: is that of path \"west\", too; allowed: "
                                     "another profile or device");
    BOOST_TEST(parse(kBoth + replaced(other, "serial=1", "serial=2")).paths.size() == 3u);
}

BOOST_AUTO_TEST_CASE(sections_of_a_station_with_one_path_are_refused_beside_several)
{
    check_paths_error(kBoth + "[modem]\nlead_ms = 5\n",
                      "modem: belongs into each [[path]], as this station has some; allowed: "
                      "[path.modem]");
    check_paths_error(kUser + kEast, "waveform: belongs into each [[path]]");
    check_paths_error(replaced(kBoth, "[path.transmit]", "[path.transmits]"),
                      "path.transmits: unknown key");
    check_paths_error(replaced(kBoth, "8psk_2-3", "8psk_2-4"), "path.waveform.modcod: ");
    check_paths_error(replaced(kBoth, "[0.9e9, 1.1e9]", "[1.0e9, 1.1e9]"),
                      "path.transmit.band_hz: does not hold");
    check_paths_error(replaced(kBoth, "delay_ms = 250", "delay_ms = 0"), "path.delay_ms: is 0");
    check_paths_error(kHead + "path = 3\n", "path");
}

BOOST_AUTO_TEST_CASE(there_are_at_most_sixteen)
{
    std::string text = kHead;
    for (int i = 0; i < 17; ++i)
        text += replaced(kEast, "east", "p" + std::to_string(i));
    check_paths_error(text, "path: there are 17; allowed: at most 16");
}
