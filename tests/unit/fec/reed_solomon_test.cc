#include "depinsat/fec/reed_solomon.h"

#include "allocation_counter.h"
#include "ccsds_vectors.h"
#include "random_bytes.h"
#include "reference/reed_solomon.h"
#include "simd_targets.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <set>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using fec::ReedSolomonCode;

namespace {

std::vector<uint8_t> encoded(const ReedSolomonCode& code, const std::vector<uint8_t>& data)
{
    std::vector<uint8_t> codeblock(code.codeblock_bytes());
    BOOST_REQUIRE(fec::ReedSolomonEncoder(code).encode(data, codeblock));
    return codeblock;
}

std::vector<uint8_t> random_codeblock(const ReedSolomonCode& code, std::mt19937& rng)
{
    return encoded(code, test::random_bytes(code.data_bytes(), rng));
}

/// The slow twin: codeword by codeword, through the conventional basis.
std::vector<uint8_t> slowly_encoded(const ReedSolomonCode& code, std::vector<uint8_t> data)
{
    std::vector<uint8_t> codeblock = data;
    codeblock.resize(code.codeblock_bytes());
    for (unsigned word = 0; word < code.interleaving; ++word) {
        std::vector<uint8_t> symbols;
        for (size_t i = word; i < data.size(); i += code.interleaving)
            symbols.push_back(code.dual_basis ? reference::from_dual_basis(data[i]) : data[i]);
        const auto parity = reference::reed_solomon_parity(code.e, symbols);
        for (size_t i = 0; i < parity.size(); ++i)
            codeblock[data.size() + word + i * code.interleaving] =
                code.dual_basis ? reference::to_dual_basis(parity[i]) : parity[i];
    }
    return codeblock;
}

void damage(std::vector<uint8_t>& codeblock,
            const ReedSolomonCode& code,
            unsigned word,
            unsigned errors,
            std::mt19937& rng)
{
    std::set<unsigned> symbols;
    while (symbols.size() < errors)
        symbols.insert(unsigned(rng()) % (255 - code.virtual_fill));
    for (const unsigned symbol : symbols)
        codeblock[word + symbol * code.interleaving] ^= uint8_t(1 + rng() % 255);
}

std::vector<ReedSolomonCode> many_codes()
{
    std::vector<ReedSolomonCode> codes;
    for (const unsigned e : {16u, 8u})
        for (const unsigned interleaving : {1u, 2u, 3u, 4u, 5u, 8u})
            for (const bool dual : {false, true})
                for (const unsigned fill : {0u, 1u, 100u, 254 - 2 * e})
                    codes.push_back({e, interleaving, dual, fill});
    return codes;
}

std::string text(const ReedSolomonCode& code)
{
    return "e " + std::to_string(code.e) + ", I " + std::to_string(code.interleaving) +
           (code.dual_basis ? ", dual" : ", conventional") + ", fill " +
           std::to_string(code.virtual_fill);
}

} // namespace

BOOST_AUTO_TEST_CASE(golden_vectors)
{
    const auto file = test::read_ccsds_vectors("reed_solomon.json");
    unsigned checked = 0;
    for (const auto& vector : file.at("vectors")) {
        const std::string name = vector.at("code");
        const auto data = test::from_hex(vector.at("data_hex"));
        ReedSolomonCode code;
        code.e = name.find("E=8") != std::string::npos ? 8 : 16;
        code.interleaving = name.find("I=5") != std::string::npos ? 5 : 1;
        code.virtual_fill = vector.value("virtual_fill", 0u);
        for (const bool dual : {true, false}) {
            const auto key = dual ? "parity_dual_basis_hex" : "parity_conventional_hex";
            if (!vector.contains(key))
                continue;
            code.dual_basis = dual;
            auto expected = data;
            const auto parity = test::from_hex(vector.at(key));
            expected.insert(expected.end(), parity.begin(), parity.end());
            BOOST_TEST((encoded(code, data) == expected), name << ", " << text(code));
            ++checked;
        }
    }
    BOOST_TEST(checked == 15u);
}

BOOST_AUTO_TEST_CASE(generators_are_those_that_the_standard_prints)
{
    std::ifstream in(DEPINSAT_DATA "/ccsds/tm_coding.json");
    const auto facts = nlohmann::json::parse(in).at("reed_solomon");
    for (const auto& [e, key] :
         {std::pair(16u, "g_E16_hex_conventional"), std::pair(8u, "g_E8_hex_conventional")}) {
        const auto g = reference::reed_solomon_generator(e);
        const auto& printed = facts.at(key);
        BOOST_REQUIRE(printed.size() == g.size());
        for (size_t i = 0; i < g.size(); ++i)
            BOOST_TEST(g[i] == std::stoul(printed[i].get<std::string>(), nullptr, 16));
    }
    const auto& dual = facts.at("dual_basis").at("conventional_to_dual");
    for (unsigned u = 0; u < 256; ++u)
        BOOST_TEST(reference::to_dual_basis(uint8_t(u)) == dual[u].get<unsigned>());
}

BOOST_DATA_TEST_CASE(every_simd_target_encodes_as_long_division_does,
                     bdata::make(test::simd_targets()),
                     target)
{
    const test::OnlyTarget only(target);
    std::mt19937 rng(1);
    for (const auto& code : many_codes()) {
        const auto data = test::random_bytes(code.data_bytes(), rng);
        BOOST_TEST((encoded(code, data) == slowly_encoded(code, data)), text(code));
        auto in_place = data;
        in_place.resize(code.codeblock_bytes());
        BOOST_TEST(fec::ReedSolomonEncoder(code).encode(std::span(in_place).first(data.size()),
                                                        in_place));
        BOOST_TEST((in_place == encoded(code, data)));
    }
}

BOOST_DATA_TEST_CASE(up_to_e_errors_in_each_codeword_are_corrected_and_counted,
                     bdata::make(test::simd_targets()),
                     target)
{
    const test::OnlyTarget only(target);
    std::mt19937 rng(2);
    for (const auto& code : many_codes()) {
        const fec::ReedSolomonDecoder decoder(code);
        const auto sent = random_codeblock(code, rng);
        for (unsigned most = 0; most <= code.e; ++most) {
            auto received = sent;
            unsigned expected = 0;
            for (unsigned word = 0; word < code.interleaving; ++word) {
                const unsigned errors = word == 0 ? most : unsigned(rng()) % (most + 1);
                damage(received, code, word, errors, rng);
                expected += errors;
            }
            const auto result = decoder.decode(received);
            BOOST_REQUIRE(result.has_value());
            BOOST_TEST(result->ok());
            BOOST_TEST(result->corrected == expected, text(code) << ", " << most << " errors");
            BOOST_TEST((received == sent));
        }
    }
}

BOOST_AUTO_TEST_CASE(errors_at_both_ends_of_data_and_parity_are_corrected)
{
    std::mt19937 rng(3);
    for (const auto& code : many_codes()) {
        const auto sent = random_codeblock(code, rng);
        auto received = sent;
        std::set<size_t> places{0, code.data_bytes() - 1, code.data_bytes(), sent.size() - 1};
        for (const size_t place : places)
            received[place] ^= 0x80;
        const auto result = fec::ReedSolomonDecoder(code).decode(received);
        BOOST_TEST(result->ok());
        BOOST_TEST(result->corrected == places.size());
        BOOST_TEST((received == sent));
    }
}

// e + 1 errors: reported, or taken for errors of another codeword about once in e!
// words: 2.5e-5 at e = 8, so 0.5 of 20,000, and never at e = 16.
BOOST_AUTO_TEST_CASE(one_error_more_is_reported_but_for_the_share_that_theory_allows)
{
    std::mt19937 rng(4);
    for (const auto& [e, words, allowed] :
         {std::tuple(16u, 5000u, 0u), std::tuple(8u, 20000u, 5u)}) {
        const ReedSolomonCode code{e, 1, true, 0};
        const fec::ReedSolomonDecoder decoder(code);
        const auto sent = random_codeblock(code, rng);
        unsigned mistaken = 0;
        for (unsigned i = 0; i < words; ++i) {
            auto received = sent;
            damage(received, code, 0, e + 1, rng);
            const auto before = received;
            const auto result = decoder.decode(received);
            BOOST_REQUIRE(result.has_value());
            if (result->ok())
                ++mistaken;
            else
                BOOST_TEST((received == before));
        }
        BOOST_TEST_MESSAGE("e " << e << ": " << mistaken << " of " << words << " mistaken");
        BOOST_TEST(mistaken <= allowed);
    }
}

BOOST_AUTO_TEST_CASE(a_failed_codeword_does_not_touch_the_others)
{
    std::mt19937 rng(5);
    const ReedSolomonCode code{16, 5, true, 10};
    const auto sent = random_codeblock(code, rng);
    auto received = sent;
    damage(received, code, 1, 40, rng);
    const auto lost = received;
    damage(received, code, 0, 16, rng);
    damage(received, code, 4, 3, rng);
    const auto result = fec::ReedSolomonDecoder(code).decode(received);
    BOOST_REQUIRE(result.has_value());
    BOOST_TEST(!result->ok());
    BOOST_TEST(result->failed == 1u);
    BOOST_TEST(result->corrected == 19u);
    BOOST_TEST((received == lost));
}

BOOST_AUTO_TEST_CASE(noise_is_reported)
{
    std::mt19937 rng(6);
    for (const unsigned fill : {0u, 150u}) {
        const ReedSolomonCode code{16, 1, true, fill};
        const fec::ReedSolomonDecoder decoder(code);
        for (int i = 0; i < 3000; ++i) {
            auto noise = test::random_bytes(code.codeblock_bytes(), rng);
            BOOST_TEST(decoder.decode(noise)->failed == 1u);
        }
    }
}

BOOST_AUTO_TEST_CASE(wrong_lengths_and_impossible_codes_are_refused)
{
    const ReedSolomonCode code{16, 2, false, 3};
    const fec::ReedSolomonEncoder encoder(code);
    const fec::ReedSolomonDecoder decoder(code);
    for (const int extra : {-1, 1}) {
        std::vector<uint8_t> block(code.codeblock_bytes() + size_t(extra), 7);
        const auto before = block;
        BOOST_TEST(!decoder.decode(block).has_value());
        BOOST_TEST((block == before));
        const std::vector<uint8_t> data(code.data_bytes());
        BOOST_TEST(!encoder.encode(data, block));
        std::vector<uint8_t> right(code.codeblock_bytes());
        BOOST_TEST(!encoder.encode(std::span(right).first(data.size() + size_t(extra)), right));
    }
    std::vector<uint8_t> none;
    BOOST_TEST(!decoder.decode(none).has_value());
    for (const ReedSolomonCode& bad :
         {ReedSolomonCode{4, 1, true, 0}, ReedSolomonCode{16, 0, true, 0},
          ReedSolomonCode{16, 6, true, 0}, ReedSolomonCode{16, 9, true, 0},
          ReedSolomonCode{16, 1, true, 223}, ReedSolomonCode{8, 1, true, 239}}) {
        BOOST_CHECK_THROW(fec::ReedSolomonEncoder{bad}, std::invalid_argument);
        BOOST_CHECK_THROW(fec::ReedSolomonDecoder{bad}, std::invalid_argument);
    }
}

BOOST_AUTO_TEST_CASE(encoding_and_decoding_allocate_nothing)
{
    std::mt19937 rng(7);
    for (const auto& code : many_codes()) {
        const fec::ReedSolomonEncoder encoder(code);
        const fec::ReedSolomonDecoder decoder(code);
        const auto data = test::random_bytes(code.data_bytes(), rng);
        auto noise = test::random_bytes(code.codeblock_bytes(), rng);
        std::vector<uint8_t> codeblock(code.codeblock_bytes());
        const size_t before = test::allocations();
        BOOST_REQUIRE(before > 0); // it does count
        encoder.encode(data, codeblock);
        codeblock.front() ^= 1;
        codeblock.back() ^= 2;
        const auto result = decoder.decode(codeblock);
        decoder.decode(noise);
        const size_t after = test::allocations();
        BOOST_TEST(after == before, text(code));
        BOOST_TEST(result->corrected == 2u);
    }
}
