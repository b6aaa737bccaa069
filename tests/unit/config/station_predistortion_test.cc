// The keys transmit.predistortion and transmit.predistortion_gain, and their file.
#include "config/station.h"
#include "temporary_folder.h"

#include <boost/test/unit_test.hpp>

#include <nlohmann/json.hpp>

using namespace depinsat::config;
using depinsat::test::TemporaryFolder;

namespace {

/// A station whose [transmit] begins in line 12 and holds this.
std::string station(const std::string& transmit)
{
    return R"([station]
name = "user"
role = "user"
key_file = "user.key"
peers = ["AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="]
[waveform]
kind = "dvbs2"
symbol_rate_baud = 500000
modcod = "qpsk_1-2"
[radio]
profile = "sim"
[transmit]
)" + transmit;
}

Station parse(const std::string& transmit, const std::filesystem::path& folder = "/etc/d")
{
    return parse_station(station(transmit), folder / "station.toml");
}

/// What is wrong, behind the name of the file.
std::string error_of(const std::string& transmit,
                     const std::filesystem::path& folder = "/etc/d")
{
    try {
        parse(transmit, folder);
    } catch (const ConfigError& error) {
        const std::string what = error.what();
        BOOST_TEST(what.find('\n') == what.npos);
        return what.substr((folder / "station.toml:").string().size());
    }
    return "no error";
}

void check_error(const std::string& transmit, const std::string& expected)
{
    const std::string error = error_of(transmit);
    BOOST_TEST(error.starts_with(expected), error << "\n  does not start with\n" << expected);
}

void check_file_error(const std::string& text, const std::string& expected)
{
    const TemporaryFolder folder;
    const auto file = folder.write(text);
    const std::string error = error_of("predistortion = \"" + file.string() + '"', folder.path);
    const std::string whole = "13: transmit.predistortion: " + expected;
    const size_t at = whole.find("FILE");
    const std::string wanted =
        at == whole.npos ? whole : std::string(whole).replace(at, 4, file.string());
    BOOST_TEST(error.starts_with(wanted), error << "\n  does not start with\n" << wanted);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_list_of_points_is_read_and_shown)
{
    const Station station =
        parse("predistortion = [[0, 0, 0], [0.5, 0.6, 0.1],\n [1, 1.0, -0.3]]\n"
              "predistortion_gain = 0.8");
    const auto& points = station.paths[0].transmit.predistortion;
    BOOST_REQUIRE(points.size() == 3u);
    BOOST_TEST(points[1].input == 0.5);
    BOOST_TEST(points[1].output == 0.6);
    BOOST_TEST(points[2].phase_rad == -0.3);
    BOOST_TEST(station.paths[0].transmit.predistortion_gain == 0.8);
    const auto json = to_json(station)["transmit"];
    BOOST_TEST(json["predistortion"].size() == 3u);
    BOOST_TEST(json["predistortion"][1][1] == 0.6);
    BOOST_TEST(json["predistortion_gain"] == 0.8);
}

BOOST_AUTO_TEST_CASE(without_points_there_is_none)
{
    const Station station = parse("");
    BOOST_TEST(station.paths[0].transmit.predistortion.empty());
    BOOST_TEST(!to_json(station)["transmit"].contains("predistortion"));
    BOOST_TEST(!to_json(station)["transmit"].contains("predistortion_gain"));
    check_error("predistortion_gain = 1", "13: transmit.predistortion_gain: is of no use");
}

BOOST_AUTO_TEST_CASE(a_file_of_points_is_found_beside_the_station)
{
    const TemporaryFolder folder;
    const auto file = folder.write("# measured\n0,0,0\r\n\n 0.5 , 6e-1,0.1 # here\n1,1,-0.3");
    const auto transmit =
        parse("predistortion = \"" + file.filename().string() + '"', folder.path)
            .paths[0]
            .transmit;
    BOOST_REQUIRE(transmit.predistortion.size() == 3u);
    BOOST_TEST(transmit.predistortion[1].output == 0.6);
    BOOST_TEST(transmit.predistortion[2].phase_rad == -0.3);
    BOOST_TEST(transmit.predistortion_gain == 1.0);
}

BOOST_AUTO_TEST_CASE(wrong_lists_are_refused)
{
    const std::string key = "13: transmit.predistortion: ";
    check_error("predistortion = 1", key + "is 1; allowed: a list of 2 to 4096 points");
    check_error("predistortion = []", key + "predistortion: 2 to 4096 points");
    check_error("predistortion = [[0, 0, 0]]", key + "predistortion: 2 to 4096 points");
    check_error("predistortion = [[0, 0], [1, 1]]", key + "holds what is no list of 3");
    check_error("predistortion = [[0, 0, 0], 1]", key + "holds what is no list of 3");
    check_error("predistortion = [[0, 0, 0], [1, \"1\", 0]]",
                key + "holds what is the text \"1\"");
    check_error("predistortion = [[0, 0, 0], [1, nan, 0]]", key + "holds what is nan");
    check_error("predistortion = [[0, 0, 0], [1, inf, 0]]", key + "holds what is inf");
    check_error("predistortion = [[0, 0, 0], [1, 1, 0], [1, 2, 0]]",
                key + "predistortion: inputs must rise: point 3");
    check_error("predistortion = [[0, 1, 0], [1, 1, 0]]",
                key + "predistortion: the output must rise at the start");
    check_error("predistortion = [[0, 0, 0], [1, -1, 0]]",
                key + "predistortion: amplitudes must be 0 or more");
    check_error("predistortion = [[0, 0, 0], [1, 1001, 0]]",
                key + "holds a value out of range");
    check_error("predistortion = [[0, 0, 0], [1, 1, 180]]", key + "holds a value out of range");
    check_error("predistortion = [[0, 0, 0], [1, 1, 0]]\npredistortion_gain = 0",
                "14: transmit.predistortion_gain: is 0; allowed: a number from 0.001 to 1000");
}

BOOST_AUTO_TEST_CASE(wrong_files_are_refused_with_their_line)
{
    check_file_error("", "predistortion: 2 to 4096 points");
    for (const char* line : {"1,1", "1,1,1,1", "1;1;1", "1,,1", "one,1,1", "1,1,1x", "1,1,"})
        check_file_error("0,0,0\n" + std::string(line), "FILE:2 is no point; allowed: input,");
    check_file_error("0,0,0\n1,nan,0", "holds a value out of range");
    check_file_error("0,0,0\n1,1,0\n0.5,2,0", "predistortion: inputs must rise: point 3");
    check_file_error(std::string((1u << 20) + 1, '#'), "names FILE, which cannot be read");
    check_error("predistortion = \"no/such.csv\"", "13: transmit.predistortion: names "
                                                   "/etc/d/no/such.csv, which cannot be read");
    check_error("predistortion = \".\"", "13: transmit.predistortion: names");
}
