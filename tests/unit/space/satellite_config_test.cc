#include "config/satellite.h"
#include "config/toml_reader.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::config;

namespace {

const std::string kHead = R"([satellite]
sample_rate_hz = 1000000
uplink_endpoint = "ipc:///tmp/x/up"
downlink_endpoint = "tcp://127.0.0.1:5000"
)";

std::string station(const std::string& name, double tx, double rx, const std::string& more = "")
{
    return "[[station]]\nname = \"" + name + "\"\ntx_frequency_hz = " + std::to_string(tx) +
           "\nrx_frequency_hz = " + std::to_string(rx) + "\nsymbol_rate_baud = 500000\n" +
           more + "\n";
}

const std::string kStations = station("user", 0, 10e6) + station("gateway", 10e6, 0);

Satellite parse(const std::string& text)
{
    return parse_satellite(text, "satellite.toml");
}

/// The text is refused on this line, for this key.
void check_refused(const std::string& text, const std::string& line_and_key)
{
    try {
        parse(text);
        BOOST_ERROR("accepted, not refused at " + line_and_key);
    } catch (const ConfigError& error) {
        const std::string expected = "satellite.toml:" + line_and_key + ": ",
                          what = error.what();
        BOOST_TEST(what.substr(0, expected.size()) == expected);
        BOOST_TEST(what.find('\n') == std::string::npos);
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(the_example_is_read)
{
    const auto satellite = read_satellite(DEPINSAT_EXAMPLE);
    BOOST_REQUIRE(satellite.stations.size() == 2u);
    BOOST_REQUIRE(satellite.paths.size() == 2u);
    BOOST_TEST(satellite.paths[0].delay_ms == 260.0);
    BOOST_TEST(satellite.paths[0].gain_db == -1.0);
    BOOST_TEST(satellite.paths[1].delay_ms == 250.0);
    BOOST_TEST(satellite.stations[0].downlink_doppler.amplitude_hz == 300.0);
    BOOST_TEST(satellite.status_file->is_absolute());
}

BOOST_AUTO_TEST_CASE(who_hears_whom_follows_from_the_frequencies)
{
    const auto satellite = parse(kHead + kStations);
    BOOST_REQUIRE(satellite.paths.size() == 2u);
    BOOST_TEST(satellite.paths[0].from == 0u);
    BOOST_TEST(satellite.paths[0].to == 1u);
    BOOST_TEST(satellite.paths[1].from == 1u);
    BOOST_TEST(satellite.paths[0].delay_ms == 250.0);

    const auto offset = parse(kHead + "translation_hz = 199999\n" + kStations);
    BOOST_TEST(offset.paths.at(0).offset_hz == 199999.0);

    // One receiver that hears both, its own echo too.
    const auto shared =
        parse(kHead + kStations + station("monitor", 5e6, 0) + station("far", 1e9, 2e9));
    BOOST_TEST(shared.paths.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_carrier_partly_in_a_band_is_refused)
{
    check_refused(kHead + "translation_hz = 200001\n" + kStations,
                  "5: satellite.translation_hz");
    check_refused(kHead + "translation_hz = -799999\n" + kStations,
                  "5: satellite.translation_hz");
    BOOST_TEST(parse(kHead + "translation_hz = -800000\n" + kStations).paths.empty());
    // Doppler takes it out of the band.
    const std::string doppler =
        "uplink_doppler = { offset_hz = 150000 }\ndownlink_doppler = { amplitude_hz = 60000 }";
    check_refused(kHead + station("a", 0, 0, doppler) + station("b", 9e6, 9e6),
                  "1: satellite.translation_hz");
}

BOOST_AUTO_TEST_CASE(mistakes_are_named_by_line_and_key)
{
    check_refused(kHead + "dealy_ms = 250\n" + kStations, "5: satellite.dealy_ms");
    check_refused(kHead + "delay_ms = 4\n" + kStations, "5: satellite.delay_ms");
    check_refused(kHead + station("user", 0, 0), "5: station");
    check_refused(kHead + station("a", 0, 0) + station("a", 0, 0), "12: station.name");
    check_refused(kHead + station("a", 0, 0) + station("B", 0, 0), "12: station.name");
    check_refused(kHead + kStations + "[[path]]\nfrom = \"user\"\nto = \"nobody\"",
                  "19: path.to");
    check_refused(kHead + kStations + "[[path]]\nfrom = \"user\"\nto = \"user\"",
                  "18: path.from");
    check_refused(kHead + station("a", 0, 0, "uplink_doppler = { rate_hz_per_s = 5 }") +
                      station("b", 0, 0),
                  "10: station.uplink_doppler.rate_hz_per_s");
    check_refused(kHead + kStations + "[[fade]]\nstation = \"user\"\ndirection = \"left\"\n",
                  "19: fade.direction");
    const std::string loss =
        "[[loss]]\nstation = \"user\"\ndirection = \"down\"\nseconds = 0.004\nshare = ";
    BOOST_TEST(parse(kHead + kStations + loss + "0.2\n").losses.at(0).share == 0.2);
    check_refused(kHead + kStations + loss + "1.1\n", "21: loss.share");
    check_refused(kHead + station("a", 0, 0, "rolloff = 0.2") +
                      "[[station]]\nname = \"b\"\ntx_frequency_hz = 0\nrx_frequency_hz = "
                      "0\nsymbol_rate_baud = 900000",
                  "15: station.symbol_rate_baud");
}

BOOST_AUTO_TEST_CASE(endpoints_stay_on_the_machine)
{
    for (const char* bad :
         {"tcp://0.0.0.0:5000", "tcp://*:5000", "ipc://run/up", "inproc://x"}) {
        std::string text = kHead + kStations;
        text.replace(text.find("ipc:///tmp/x/up"), 15, bad);
        check_refused(text, "3: satellite.uplink_endpoint");
    }
}

BOOST_AUTO_TEST_CASE(noise_needs_one_symbol_rate)
{
    const std::string other = "[[station]]\nname = \"b\"\ntx_frequency_hz = 0\nrx_frequency_hz "
                              "= 9e6\nsymbol_rate_baud = 250000\n";
    check_refused(kHead + station("a", 0, 0, "es_n0_db = 5.0") + other,
                  "2: satellite.sample_rate_hz");
    BOOST_TEST(parse(kHead + station("a", 0, 0) + other).paths.size() == 2u);
}
