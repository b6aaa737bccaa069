#include "depinsat/modulation/constellation.h"

#include <algorithm>
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

// Rings that figures 11 and 12 draw: how many points, and where the first of them lies.
struct Ring {
    unsigned points;
    double first_angle; // units of pi
};

void check_rings(const Constellation& constellation,
                 const std::vector<double>& radii,
                 const std::vector<Ring>& rings)
{
    double power = 0;
    for (size_t ring = 0; ring < rings.size(); ++ring)
        power += rings[ring].points * radii[ring] * radii[ring];
    const double scale = std::sqrt(double(constellation.points.size()) / power);
    size_t found = 0;
    for (size_t ring = 0; ring < rings.size(); ++ring)
        for (unsigned k = 0; k < rings[ring].points; ++k) {
            const double angle =
                std::numbers::pi * (rings[ring].first_angle + 2.0 * k / rings[ring].points);
            const auto place = std::polar(radii[ring] * scale, angle);
            found += size_t(std::ranges::count_if(constellation.points, [&](Sample point) {
                return std::abs(std::complex<double>(point) - place) < 1e-6;
            }));
        }
    BOOST_TEST(found == constellation.points.size());
}

BOOST_DATA_TEST_CASE(sixteen_apsk_has_the_rings_of_table_9,
                     boost::unit_test::data::make({"2/3", "3/4", "4/5", "5/6", "8/9", "9/10"}) ^
                         boost::unit_test::data::make({3.15, 2.85, 2.75, 2.70, 2.60, 2.57}),
                     rate,
                     gamma)
{
    const auto& constellation = find_constellation(std::string("4+12APSK ") + rate);
    check_rings(constellation, {1, gamma}, {{4, 1. / 4}, {12, 1. / 12}});
}

BOOST_DATA_TEST_CASE(thirty_two_apsk_has_the_rings_of_table_10,
                     boost::unit_test::data::make({"3/4", "4/5", "5/6", "8/9", "9/10"}) ^
                         boost::unit_test::data::make({2.84, 2.72, 2.64, 2.54, 2.53}) ^
                         boost::unit_test::data::make({5.27, 4.87, 4.64, 4.33, 4.30}),
                     rate,
                     gamma1,
                     gamma2)
{
    const auto& constellation = find_constellation(std::string("4+12+16APSK ") + rate);
    check_rings(constellation, {1, gamma1, gamma2}, {{4, 1. / 4}, {12, 1. / 12}, {16, 0}});
}

BOOST_AUTO_TEST_CASE(constellations_of_s2x_have_the_rings_of_their_names)
{
    check_rings(find_constellation("8+8APSK 100/180"), {1, 2.19}, {{8, 1. / 8}, {8, 1. / 8}});
    check_rings(find_constellation("16+16+16+16APSK 128/180"), {1, 1.88, 2.72, 3.95},
                {{16, 1. / 16}, {16, 1. / 16}, {16, 1. / 16}, {16, 1. / 16}});
    check_rings(find_constellation("8+16+20+20APSK 4/5"), {1, 2.2, 3.6, 5.2},
                {{8, 1. / 8}, {16, 1. / 16}, {20, 1. / 20}, {20, 1. / 20}});
    check_rings(find_constellation("4+12+20+28APSK 132/180"), {1, 2.4, 4.3, 7.0},
                {{4, 1. / 4}, {12, 1. / 12}, {20, 1. / 20}, {28, 1. / 28}});
}

BOOST_AUTO_TEST_CASE(points_differ)
{
    for (const auto& constellation : constellations())
        for (size_t a = 0; a < constellation.points.size(); ++a)
            for (size_t b = 0; b < a; ++b)
                BOOST_TEST(std::abs(constellation.points[a] - constellation.points[b]) > 1e-4);
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
