#pragma once

#include "config/station.h"

#include <boost/test/unit_test.hpp>

#include <string>

/// Good stations for the tests of station.toml, and what is said of bad ones.
namespace depinsat::config {

inline const std::string kKey = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
inline const std::string kOtherKey = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

/// A good station; the line numbers are relied on below.
inline const std::string kUser = R"([station]
name = "user"
role = "user"
key_file = "keys/user.key"
peers = ["AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="]

[waveform]
kind = "dvbs2"
symbol_rate_baud = 500000
modcod = "qpsk_1-2"
#11
[radio]
profile = "sim"
#14
[[bridge.ethereum]]
listen = "127.0.0.1:9545"
#17
)";

inline const std::string kGateway = R"([station]
name = "gateway"
role = "gateway"
key_file = "/k"
peers = ["AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="]
[waveform]
kind = "dvbs2"
symbol_rate_baud = 500000
modcod = "8psk_2-3"
frame_size = "normal"
[radio]
profile = "sim"
[[upstream]]
protocol = "ethereum"
url = "http://127.0.0.1:8545"
)";

inline std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const size_t at = text.find(from);
    BOOST_REQUIRE(at != text.npos);
    return text.replace(at, from.size(), to);
}

inline Station parse(const std::string& text)
{
    return parse_station(text, "/etc/d/station.toml");
}

inline std::string error_of(const std::string& text)
{
    try {
        parse(text);
    } catch (const ConfigError& error) {
        const std::string what = error.what();
        BOOST_TEST(what.starts_with("/etc/d/station.toml:"));
        BOOST_TEST(what.find('\n') == what.npos);
        return what.substr(what.find(':') + 1);
    }
    return "no error";
}

inline void
check_error(const std::string& from, const std::string& to, const std::string& expected)
{
    BOOST_TEST(error_of(replaced(kUser, from, to)).starts_with(expected),
               error_of(replaced(kUser, from, to)) << "\n  does not start with\n"
                                                   << expected);
}

} // namespace depinsat::config
