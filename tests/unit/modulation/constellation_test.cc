#include "depinsat/modulation/constellation.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <vector>

using namespace depinsat;
using namespace depinsat::modulation;

namespace {

// Angles by label in units of 45 degrees, as figures 9 and 10 of EN 302 307-1 draw them.
const std::vector<int> kQpskAngles{1, 7, 3, 5};
const std::vector<int> k8pskAngles{1, 0, 4, 5, 2, 7, 3, 6};

void check(const char* name, const std::vector<int>& angles)
{
    const auto& constellation = find_constellation(name);
    BOOST_REQUIRE_EQUAL(constellation.points.size(), angles.size());
    BOOST_TEST((1u << constellation.bits_per_symbol) == angles.size());
    for (size_t label = 0; label < angles.size(); ++label) {
        const double angle = angles[label] * std::numbers::pi / 4;
        BOOST_TEST(std::abs(constellation.points[label].real() - std::cos(angle)) < 1e-7);
        BOOST_TEST(std::abs(constellation.points[label].imag() - std::sin(angle)) < 1e-7);
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(qpsk_points_lie_where_the_standard_draws_them)
{
    check("QPSK", kQpskAngles);
}
BOOST_AUTO_TEST_CASE(eight_psk_points_lie_where_the_standard_draws_them)
{
    check("8PSK", k8pskAngles);
}

BOOST_AUTO_TEST_CASE(mean_power_is_1)
{
    for (const auto& constellation : constellations()) {
        double power = 0;
        for (const Sample point : constellation.points)
            power += std::norm(point);
        BOOST_TEST(power / double(constellation.points.size()) == 1,
                   boost::test_tools::tolerance(1e-6));
    }
}

BOOST_AUTO_TEST_CASE(an_unknown_name_is_refused_with_the_allowed_ones)
{
    BOOST_CHECK_EXCEPTION(find_constellation("qpsk"), std::invalid_argument, [](const auto& e) {
        const std::string what = e.what();
        return what.find("\"qpsk\"") != what.npos && what.find("QPSK, 8PSK") != what.npos;
    });
}
