#include "depinsat/framing/pl_scrambler.h"

#include "reference/pl.h"
#include "sha256.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using framing::PlScrambler;

namespace {

nlohmann::json golden()
{
    std::ifstream file(DEPINSAT_VECTORS "/dvbs2/pl.json");
    return nlohmann::json::parse(file);
}

std::string digits(unsigned n)
{
    const PlScrambler scrambler(n);
    std::string text;
    for (const uint8_t r : scrambler.sequence())
        text += char('0' + r);
    return text;
}

std::vector<Sample> random_samples(size_t count)
{
    std::mt19937 rng(2);
    std::normal_distribution<float> gauss;
    std::vector<Sample> samples(count);
    for (auto& s : samples)
        s = {gauss(rng), gauss(rng)};
    return samples;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_first_96_values_equal_the_golden_ones)
{
    const auto first = golden().at("first_96_R");
    BOOST_REQUIRE(first.size() == 5u);
    for (const auto& [n, expected] : first.items())
        BOOST_TEST(digits(unsigned(std::stoul(n))).substr(0, 96) ==
                   expected.get<std::string>());
}

BOOST_AUTO_TEST_CASE(whole_sequences_equal_the_golden_ones)
{
    const auto hashes = golden().at("sha256_of_R_first_33282_as_ascii_digits");
    BOOST_REQUIRE(hashes.size() == 3u);
    for (const auto& [n, expected] : hashes.items()) {
        const std::string text = digits(unsigned(std::stoul(n)));
        BOOST_TEST(test::sha256({reinterpret_cast<const uint8_t*>(text.data()), text.size()}) ==
                   expected.get<std::string>());
    }
}

BOOST_DATA_TEST_CASE(sequences_equal_the_words_of_the_standard,
                     bdata::make({0u, 1u, 2u, 17u, 18u, 131071u, 131072u, 262140u, 262141u}),
                     n)
{
    BOOST_TEST(digits(n) == reference::gold_digits(n, PlScrambler::kMaxSymbols));
}

BOOST_DATA_TEST_CASE(symbols_are_turned_by_quarter_circles,
                     bdata::make({0, 1, 3, 4, 5, 7, 8, 9, 1000}),
                     count)
{
    const PlScrambler scrambler(1);
    const auto in = random_samples(size_t(count));
    std::vector<Sample> out(in.size());
    scrambler.scramble(in, out);
    constexpr Sample kTurns[] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
    for (size_t i = 0; i < in.size(); ++i)
        BOOST_TEST((out[i] == in[i] * kTurns[scrambler.sequence()[i]]));
}

BOOST_AUTO_TEST_CASE(descrambling_restores_to_the_bit_in_place_and_in_pieces)
{
    const PlScrambler scrambler(10949);
    const auto in = random_samples(PlScrambler::kMaxSymbols);
    auto symbols = in;
    scrambler.scramble(symbols, symbols);
    BOOST_TEST((symbols != in));
    for (size_t at = 0; at < symbols.size(); at += 777) {
        const auto piece =
            std::span(symbols).subspan(at, std::min<size_t>(777, symbols.size() - at));
        scrambler.descramble(piece, piece, at);
    }
    BOOST_TEST((symbols == in));
}

BOOST_AUTO_TEST_CASE(n_has_a_limit)
{
    BOOST_CHECK_NO_THROW(PlScrambler(262141));
    BOOST_CHECK_THROW(PlScrambler(262142), std::invalid_argument);
}
