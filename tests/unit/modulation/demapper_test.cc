#include "depinsat/modulation/demapper.h"

#include "reference/demapper.h"
#include "simd_targets.h"

#include <array>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using namespace depinsat::modulation;

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

std::vector<Llr> demapped(const Constellation& c, const std::vector<Sample>& symbols, float n0)
{
    std::vector<Llr> llrs(symbols.size() * c.bits_per_symbol);
    demap(c, symbols, n0, llrs);
    return llrs;
}

void compare_with_reference(const Constellation& c, size_t symbols, float n0)
{
    std::mt19937 rng(3);
    std::normal_distribution<float> gauss;
    std::vector<Sample> received(symbols);
    for (auto& y : received)
        y = {gauss(rng), gauss(rng)};
    const auto llrs = demapped(c, received, n0);
    for (size_t i = 0; i < llrs.size(); ++i) {
        const double nats =
            reference::max_log_llr(c, std::complex<double>(received[i / c.bits_per_symbol]), n0,
                                   i % c.bits_per_symbol);
        const double exact = std::clamp(nats * kLlrScale, -double(kLlrMax), double(kLlrMax));
        // Half a step, and what single precision costs.
        BOOST_TEST(std::abs(llrs[i].value - exact) <= 0.5 + 3e-3, "llr " << i << " of seed 3");
    }
}

} // namespace

BOOST_DATA_TEST_CASE(llrs_equal_the_formula,
                     bdata::make({"QPSK", "8PSK"}) * bdata::make({0, 1, 7, 8, 9, 2000}) *
                         bdata::make({2.0f, 0.5f, 0.05f}),
                     name,
                     symbols,
                     n0)
{
    compare_with_reference(find_constellation(name), size_t(symbols), n0);
}

BOOST_DATA_TEST_CASE(llrs_of_apsk_equal_the_formula_on_every_simd_target,
                     bdata::make(test::simd_targets()) *
                         bdata::make({"4+12APSK 2/3", "4+12APSK 9/10", "4+12+16APSK 3/4",
                                      "4+12+16APSK 9/10", "2+4+2APSK 100/180", "8+8APSK 18/30",
                                      "4+12+16rbAPSK 2/3 short", "8+16+20+20APSK 4/5",
                                      "128APSK 140/180"}) *
                         bdata::make({0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 500}),
                     target,
                     name,
                     symbols)
{
    const test::OnlyTarget only(target);
    for (const float n0 : {0.5f, 0.05f})
        compare_with_reference(find_constellation(name), size_t(symbols), n0);
}

BOOST_DATA_TEST_CASE(llrs_of_every_constellation_equal_the_formula,
                     bdata::make(test::simd_targets()),
                     target)
{
    const test::OnlyTarget only(target);
    for (const auto& constellation : constellations())
        BOOST_TEST_CONTEXT(constellation.name)
        {
            compare_with_reference(constellation, 67, 0.02f);
        }
}

BOOST_AUTO_TEST_CASE(as_many_as_256_points_equal_the_formula)
{
    std::array<Sample, 256> points;
    for (unsigned label = 0; label < 256; ++label)
        points[label] = Sample{float(label & 15) - 7.5f, float(label >> 4) - 7.5f} * 0.15f;
    compare_with_reference({"256QAM", 8, points}, 100, 0.3f);
}

BOOST_DATA_TEST_CASE(what_is_not_finite_says_nothing_in_apsk_and_its_neighbours_all,
                     bdata::make(test::simd_targets()),
                     target)
{
    const test::OnlyTarget only(target);
    const auto& c = find_constellation("4+12+16APSK 4/5");
    const std::vector<Sample> bad{{kNaN, 0.5f}, {0.5f, kNaN}, {kInf, 0}, {0.5f, -kInf}};
    std::vector<Sample> mixed;
    for (size_t i = 0; i < 40; ++i)
        mixed.push_back(i % 2 ? bad[i / 2 % bad.size()] : c.points[i / 2]);
    const auto llrs = demapped(c, mixed, 1e-4f);
    for (size_t i = 0; i < llrs.size(); ++i) {
        const size_t symbol = i / 5, label = symbol / 2;
        const int expected = symbol % 2 ? 0 : label >> (4 - i % 5) & 1 ? -kLlrMax : kLlrMax;
        BOOST_TEST(int(llrs[i].value) == expected);
    }
    for (const Llr llr : demapped(c, {{3e38f, -3e38f}, {1e30f, 1e-30f}}, 0.5f))
        BOOST_TEST(std::abs(llr.value) <= kLlrMax);
    for (const Llr llr : demapped(c, {{0.5f, 0.5f}}, kNaN))
        BOOST_TEST(llr.value == 0);
}

BOOST_AUTO_TEST_CASE(a_constellation_without_a_path_of_its_own_equals_the_formula)
{
    std::array<Sample, 16> points; // rectangular, natural labelling, two powers
    for (unsigned label = 0; label < 16; ++label)
        points[label] = Sample{float(label & 3) - 1.5f, float(label >> 2) - 1.5f} * 0.63f;
    compare_with_reference({"16QAM", 4, points}, 500, 0.3f);
}

BOOST_AUTO_TEST_CASE(qpsk_llr_is_2_sqrt2_y_over_n0)
{
    const auto llrs = demapped(find_constellation("QPSK"), {{0.5f, -0.25f}}, 0.5f);
    BOOST_TEST(llrs[0].value == std::lround(8 * 2 * std::sqrt(2.0) * 0.5 / 0.5));
    BOOST_TEST(llrs[1].value == std::lround(8 * 2 * std::sqrt(2.0) * -0.25 / 0.5));
}

BOOST_DATA_TEST_CASE(noiseless_points_give_certainty,
                     bdata::make({"QPSK", "8PSK", "4+12APSK 3/4", "4+12+16APSK 4/5"}),
                     name)
{
    const auto& c = find_constellation(name);
    for (size_t label = 0; label < c.points.size(); ++label) {
        const auto llrs = demapped(c, {c.points[label]}, 0.0f);
        for (unsigned bit = 0; bit < c.bits_per_symbol; ++bit)
            BOOST_TEST(llrs[bit].value ==
                       (label >> (c.bits_per_symbol - 1 - bit) & 1 ? -kLlrMax : kLlrMax));
    }
}

BOOST_DATA_TEST_CASE(what_is_not_a_number_says_nothing, bdata::make({"QPSK", "8PSK"}), name)
{
    const auto& c = find_constellation(name);
    for (const Llr llr : demapped(c, std::vector<Sample>(40, {kNaN, kNaN}), 0.5f))
        BOOST_TEST(llr.value == 0);
    for (const Llr llr : demapped(c, {{0.5f, 0.5f}}, kNaN))
        BOOST_TEST(llr.value == 0);
}

BOOST_AUTO_TEST_CASE(half_a_number_says_nothing_in_8psk_and_half_in_qpsk)
{
    const std::vector<Sample> halves{{kNaN, 0.5f}, {0.5f, kNaN}};
    for (const Llr llr : demapped(find_constellation("8PSK"), halves, 0.5f))
        BOOST_TEST(llr.value == 0);
    const auto llrs = demapped(find_constellation("QPSK"), halves, 0.5f);
    BOOST_TEST(llrs[0].value == 0);
    BOOST_TEST(llrs[1].value == 23);
    BOOST_TEST(llrs[2].value == 23);
    BOOST_TEST(llrs[3].value == 0);
}

BOOST_AUTO_TEST_CASE(infinity_saturates_and_never_leaves_the_range)
{
    const auto llrs = demapped(find_constellation("QPSK"), {{kInf, -kInf}}, 0.5f);
    BOOST_TEST(llrs[0].value == kLlrMax);
    BOOST_TEST(llrs[1].value == -kLlrMax);
    for (const Llr llr : demapped(find_constellation("8PSK"),
                                  {{kInf, 0}, {1e38f, -kInf}, {-3e38f, 3e38f}}, 0.5f))
        BOOST_TEST(std::abs(llr.value) <= kLlrMax);
}
