#include "depinsat/modulation/demapper.h"

#include "reference/demapper.h"

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
        BOOST_TEST(std::abs(llrs[i].value - exact) <= 0.5 + 1e-3, "llr " << i << " of seed 3");
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

BOOST_DATA_TEST_CASE(noiseless_points_give_certainty, bdata::make({"QPSK", "8PSK"}), name)
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
