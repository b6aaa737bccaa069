// [passes] of station.toml.
#include "unit/config/station_texts.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace depinsat::config;

namespace {

const std::string kPosition = "[passes]\nlatitude_deg = -33.9\nlongitude_deg = 18.4\n";

/// The text is refused, and that begins with these words behind the number of its line.
void check_refused(const std::string& text, const std::string& words)
{
    try {
        parse(kUser + text);
        BOOST_ERROR("taken: " + text);
    } catch (const ConfigError& error) {
        BOOST_TEST(std::string(error.what()).find(words) != std::string::npos, error.what());
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(position_and_orbits_are_read_and_told)
{
    const Station station =
        parse(kUser + kPosition + "[[passes.orbit]]\nfile = \"leo.tle\"\npath = \"leo\"\n" +
              "satellite = 25544\n[[passes.orbit]]\nfile = \"/geo.json\"\n");
    BOOST_TEST(station.passes.position->latitude_deg == -33.9);
    BOOST_TEST(station.passes.position->altitude_m == 0.0);
    const auto json = to_json(station)["passes"];
    BOOST_TEST(json["longitude_deg"] == 18.4);
    BOOST_TEST(json["minimum_elevation_deg"] == 10.0);
    BOOST_TEST(json["orbit"][0]["file"] == "/etc/d/leo.tle");
    BOOST_TEST(json["orbit"][0]["path"] == "leo");
    BOOST_TEST(json["orbit"][0]["satellite"] == 25544);
    BOOST_TEST(json["orbit"][1].size() == 1u);
}

BOOST_AUTO_TEST_CASE(where_peers_stand_is_read_and_told)
{
    const std::string far = "[[passes.stations]]\nlatitude_deg = 48.9\nlongitude_deg = 2.35\n";
    const Station station = parse(kUser + kPosition + far + "station = \"" + kKey + "\"\n");
    BOOST_TEST_REQUIRE(station.passes.stations.size() == 1u);
    BOOST_TEST((station.passes.stations[0].station == station.peers[0]));
    const auto json = to_json(station)["passes"]["stations"][0];
    BOOST_TEST(json["station"] == kKey);
    BOOST_TEST(json["latitude_deg"] == 48.9);
    BOOST_TEST(json["altitude_m"] == 0.0);
    check_refused(far, "passes.stations.station: is missing");
    check_refused(far + "station = \"" + kOtherKey + "\"\n",
                  "passes.stations.station: is none of station.peers");
    const std::string twice = far + "station = \"" + kKey + "\"\n";
    check_refused(twice + twice, "passes.stations.station: is used twice");
    check_refused("[[passes.stations]]\nstation = \"" + kKey + "\"\nlatitude_deg = 1\n",
                  "passes.stations.longitude_deg: is missing");
}

BOOST_AUTO_TEST_CASE(a_station_needs_no_position)
{
    const Station station = parse(kUser);
    BOOST_TEST(!station.passes.position.has_value());
    BOOST_TEST(!to_json(station)["passes"].contains("latitude_deg"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused_with_its_key)
{
    check_refused("[passes]\nlatitude_deg = 1\n", "passes.longitude_deg: is missing");
    check_refused("[passes]\naltitude_m = 1\n", "passes.latitude_deg: is missing");
    check_refused("[passes]\nlatitude_deg = 91\nlongitude_deg = 0\n", "passes.latitude_deg");
    check_refused("[passes]\nminimum_elevation_deg = 91\n", "passes.minimum_elevation_deg");
    check_refused("[[passes.orbit]]\n", "passes.orbit.file: is missing");
    check_refused("[[passes.orbit]]\nfile = \"x\"\nsatelite = 1\n",
                  "passes.orbit.satelite: unknown key");
    check_refused("[[passes.orbit]]\nfile = \"x\"\nsatellite = 0\n", "passes.orbit.satellite");
}
