#include "depinsat/fec/tm_randomizer.h"

#include "ccsds_vectors.h"
#include "depinsat/core/bits.h"
#include "random_bytes.h"
#include "reference/tm_randomizer.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using fec::TmRandomizer;

namespace {

std::vector<uint8_t> sequence(std::string_view name, size_t count)
{
    std::vector<uint8_t> bits(count);
    TmRandomizer(fec::find_tm_sequence(name), count).randomize_bits(bits);
    return bits;
}

nlohmann::json facts(const std::string& name)
{
    std::ifstream in(DEPINSAT_DATA "/ccsds/tm_coding.json");
    return nlohmann::json::parse(in).at("randomizers").at(name);
}

} // namespace

BOOST_AUTO_TEST_CASE(sequences_begin_as_printed)
{
    for (const auto& row : fec::tm_sequences()) {
        const auto fact = facts(std::string(row.name));
        std::string text;
        for (const uint8_t bit : sequence(row.name, 40))
            text += bit ? '1' : '0';
        BOOST_TEST(text == fact.at("first_40_bits").get<std::string>());
        for (const std::string key : {"first_64_bits_hex", "first_40_bits_hex"})
            if (fact.contains(key)) {
                const auto printed = test::from_hex(fact.at(key));
                std::vector<uint8_t> zeros(printed.size());
                TmRandomizer(row, 8 * zeros.size()).randomize_bytes(zeros);
                BOOST_TEST((zeros == printed), row.name);
            }
    }
}

BOOST_AUTO_TEST_CASE(sequences_equal_the_recurrences_over_more_than_a_period)
{
    constexpr size_t kCount = 131071 + 1000;
    BOOST_TEST((std::ranges::equal(sequence("tm_255", kCount), reference::tm_255(kCount))));
    BOOST_TEST(
        (std::ranges::equal(sequence("tm_131071", kCount), reference::tm_131071(kCount))));
}

BOOST_AUTO_TEST_CASE(periods_are_as_long_as_registers_allow)
{
    for (const auto& row : fec::tm_sequences()) {
        const size_t period = facts(std::string(row.name)).at("period");
        const auto bits = sequence(row.name, 2 * period);
        BOOST_TEST(
            std::equal(bits.begin(), bits.begin() + long(period), bits.begin() + long(period)));
        // Of a sequence of maximum length every window but zeros occurs once a period.
        BOOST_TEST(std::count(bits.begin(), bits.begin() + long(period), 1) ==
                   long(period + 1) / 2);
    }
}

BOOST_AUTO_TEST_CASE(bytes_bits_and_llrs_agree_and_a_second_time_restores)
{
    std::mt19937 rng(1);
    for (const auto& row : fec::tm_sequences())
        for (const size_t bytes : {0, 1, 2, 223, 1275, 20000}) {
            const TmRandomizer randomizer(row, 8 * bytes);
            const auto sent = test::random_bytes(bytes, rng);
            auto packed = sent;
            std::vector<uint8_t> bits(8 * bytes);
            std::vector<Llr> llrs(8 * bytes);
            for (size_t i = 0; i < bits.size(); ++i) {
                bits[i] = get_bit(sent, i);
                llrs[i] = {int8_t(bits[i] ? -int(1 + rng() % 127) : int(1 + rng() % 127))};
            }
            const auto received = llrs;
            randomizer.randomize_bytes(packed);
            randomizer.randomize_bits(bits);
            randomizer.randomize_llrs(llrs);
            for (size_t i = 0; i < bits.size(); ++i) {
                BOOST_REQUIRE(get_bit(packed, i) == bool(bits[i]));
                BOOST_REQUIRE(llrs[i].hard_bit() == bool(bits[i]));
                BOOST_REQUIRE(std::abs(llrs[i].value) == std::abs(received[i].value));
            }
            randomizer.randomize_bytes(packed);
            randomizer.randomize_llrs(llrs);
            BOOST_TEST((packed == sent));
            BOOST_TEST((llrs == received));
        }
}

BOOST_AUTO_TEST_CASE(an_unknown_sequence_is_refused)
{
    BOOST_CHECK_THROW(fec::find_tm_sequence("tc"), std::invalid_argument);
}
