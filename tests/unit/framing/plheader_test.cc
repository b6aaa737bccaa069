#include "depinsat/framing/plheader.h"

#include "reference/pl.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using namespace depinsat::framing;

namespace {

using Header = std::array<Sample, kPlHeaderSymbols>;

Header header_of(unsigned pls_code)
{
    Header header;
    write_plheader(uint8_t(pls_code), header);
    return header;
}

std::span<const Sample, kPlsSymbols> pls_of(const Header& header)
{
    return std::span(header).last<kPlsSymbols>();
}

Header received(unsigned pls_code, double phase, double esn0_db, std::mt19937& rng)
{
    std::normal_distribution<float> gauss(0,
                                          float(std::sqrt(0.5 * std::pow(10, -esn0_db / 10))));
    Header header = header_of(pls_code);
    for (auto& symbol : header)
        symbol = symbol * Sample(std::polar(1.0, phase)) + Sample(gauss(rng), gauss(rng));
    return header;
}

} // namespace

BOOST_AUTO_TEST_CASE(pls_codes_equal_the_examples)
{
    std::ifstream file(DEPINSAT_VECTORS "/dvbs2/pl.json");
    const auto examples = nlohmann::json::parse(file).at("pls_code_examples_64_bits_hex");
    BOOST_REQUIRE(examples.size() >= 14u);
    for (const auto& [code, hex] : examples.items())
        BOOST_TEST(encode_pls(uint8_t(std::stoul(code))) ==
                   std::stoull(hex.get<std::string>(), nullptr, 16));
}

BOOST_DATA_TEST_CASE(headers_equal_the_words_of_the_standard, bdata::xrange(256), code)
{
    const auto bits = reference::pls_bits(unsigned(code));
    BOOST_TEST(encode_pls(uint8_t(code)) == std::stoull(bits, nullptr, 2));
    const auto expected = reference::plheader(unsigned(code));
    const auto header = header_of(unsigned(code));
    for (size_t i = 0; i < header.size(); ++i)
        BOOST_TEST(std::abs(std::complex<double>(header[i]) - expected[i]) < 1e-7);
    for (size_t i = 0; i < kSofSymbols; ++i)
        BOOST_TEST((sof_symbols()[i] == header[i]));
}

BOOST_DATA_TEST_CASE(every_code_is_decoded, bdata::xrange(256), code)
{
    const auto decision = decode_pls(pls_of(header_of(unsigned(code))), PlsSet::kS2AndS2x);
    BOOST_TEST(decision.pls_code == code);
    BOOST_TEST(decision.metric == 1, boost::test_tools::tolerance(1e-5f));
    BOOST_TEST(decision.runner_up < 1e-5f); // all others are orthogonal, or the complement
    BOOST_TEST(std::abs(decision.correlation - Sample(1, 0)) < 1e-5f);
}

BOOST_DATA_TEST_CASE(every_code_is_decoded_at_any_phase, bdata::xrange(256), code)
{
    std::mt19937 rng(unsigned(code) + 1);
    const double phase = 0.1 * code;
    const auto decision =
        decode_plheader(received(unsigned(code), phase, 60, rng), PlsSet::kS2AndS2x);
    BOOST_TEST(decision.pls_code == code);
    BOOST_TEST(std::abs(decision.correlation - Sample(std::polar(1.0, phase))) < 1e-2f);
}

BOOST_DATA_TEST_CASE(metrics_equal_the_correlation_with_every_code, bdata::xrange(20), seed)
{
    std::mt19937 rng(unsigned(seed) + 1);
    const auto header = received(rng() % 256, 0.3, -3, rng);
    double best = -1e9, second = -1e9;
    unsigned best_code = 0;
    for (unsigned code = 0; code < 256; ++code) {
        const auto sent = reference::plheader(code);
        double sum = 0;
        for (size_t i = 26; i < 90; ++i)
            sum += (std::complex<double>(header[i]) * std::conj(sent[i])).real() / 64;
        if (sum > best) {
            second = best;
            best = sum;
            best_code = code;
        } else {
            second = std::max(second, sum);
        }
    }
    const auto decision = decode_pls(pls_of(header), PlsSet::kS2AndS2x);
    BOOST_TEST(decision.pls_code == best_code);
    BOOST_TEST(std::abs(decision.metric - best) < 1e-5);
    BOOST_TEST(std::abs(decision.runner_up - second) < 1e-5);
}

// Seeded waterfall, one point each side of the knee: 1000 headers of S2 codes.
BOOST_AUTO_TEST_CASE(noise_is_borne_to_minus_2_db_and_not_to_minus_9_db)
{
    const auto errors = [](double esn0_db) {
        std::mt19937 rng(21);
        unsigned coherent = 0, blind = 0;
        for (unsigned i = 0; i < 1000; ++i) {
            const unsigned code = rng() % 128;
            const auto aligned = received(code, 0, esn0_db, rng);
            coherent += decode_pls(pls_of(aligned)).pls_code != code;
            blind += decode_plheader(received(code, 0.01 * i, esn0_db, rng)).pls_code != code;
        }
        return std::pair(coherent, blind);
    };
    const auto good = errors(-2), bad = errors(-9);
    BOOST_TEST(good.first <= 1u);
    BOOST_TEST(good.second <= 5u);
    BOOST_TEST(bad.first >= 50u);
    BOOST_TEST(bad.second >= 50u);
}

BOOST_AUTO_TEST_CASE(without_s2x_only_s2_codes_come_out)
{
    for (unsigned code = 128; code < 256; ++code) {
        const auto decision = decode_pls(pls_of(header_of(code)));
        BOOST_TEST(decision.pls_code < 128);
        BOOST_TEST(decision.metric < 1e-5f);
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_a_number_gives_metric_0)
{
    Header header = header_of(17);
    header[40] = std::numeric_limits<float>::quiet_NaN();
    BOOST_TEST(decode_pls(pls_of(header)).metric == 0);
    BOOST_TEST(decode_plheader(header).metric == 0);
}
