#include "allocation_counter.h"
#include "depinsat/core/bits.h"
#include "depinsat/fec/turbo_encoder.h"
#include "random_bytes.h"
#include "reference/turbo_encoder.h"
#include "sha256.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <stdexcept>
#include <string>

using namespace depinsat;
using test::hex;
using test::sha256;

namespace {

std::vector<uint8_t> golden_message(size_t bytes)
{
    std::vector<uint8_t> message;
    for (uint32_t x = 1; message.size() < bytes;) {
        x = 1664525 * x + 1013904223;
        message.push_back(uint8_t(x >> 24));
    }
    return message;
}

std::string name_of(const nlohmann::json& vector)
{
    auto rate = vector.at("rate").get<std::string>();
    rate[1] = '-';
    return "turbo_" + rate + "_" + std::to_string(vector.at("k").get<unsigned>());
}

/// "1/2" of "turbo_1-2_8920".
std::string rate_of(const fec::TurboCode& code)
{
    std::string rate(code.name.substr(6, 3));
    rate[1] = '/';
    return rate;
}

} // namespace

BOOST_AUTO_TEST_CASE(permutations_are_those_of_the_standard)
{
    const std::pair<unsigned, const char*> kPrinted[] = {
        {1784, "c30e36e63cbafbd1ab66fdd53e02fae46ad40ca910b53d4f463a73ab29158d78"},
        {3568, "e8d147114d86f11b0f7e590fd990904c784c853abde986af85f2b2ea0843ff5f"},
        {7136, "c3045d6002c9b745caa15827f6c8635e06e5bed21e89873f560ddc84e95e72b4"},
        {8920, "9bd190de47261627c4fbb9ad408e6748211abea207d715539fe22567e4511d13"}};
    for (const auto& [k, expected] : kPrinted) {
        auto sources = fec::turbo_permutation(k);
        std::string list; // counted from 1, joined by commas
        for (const unsigned source : sources)
            list += (list.empty() ? "" : ",") + std::to_string(source + 1);
        BOOST_TEST(sha256({reinterpret_cast<const uint8_t*>(list.data()), list.size()}) ==
                   expected);
        std::ranges::sort(sources);
        for (size_t i = 0; i < k; ++i)
            BOOST_REQUIRE(sources[i] == i);
    }
}

BOOST_AUTO_TEST_CASE(golden_codewords_are_made)
{
    std::ifstream file(DEPINSAT_VECTORS "/ccsds/turbo.json");
    const auto vectors = nlohmann::json::parse(file).at("vectors");
    BOOST_TEST(vectors.size() == 8u);
    for (const auto& vector : vectors) {
        const auto& code = fec::find_turbo_code(name_of(vector));
        std::vector<uint8_t> codeword((code.n + 7) / 8, 0xff);
        fec::TurboEncoder(code).encode(golden_message(code.k / 8), codeword);
        BOOST_TEST_CONTEXT(code.name)
        {
            BOOST_TEST(code.n == vector.at("codeword_bits").get<unsigned>());
            BOOST_TEST(sha256(codeword) == vector.at("codeword_sha256").get<std::string>());
            BOOST_TEST(hex(std::span(codeword).first(16)) ==
                       vector.at("first_16_octets_hex").get<std::string>());
        }
    }
}

BOOST_AUTO_TEST_CASE(every_rate_and_length_equals_the_slow_encoder)
{
    std::mt19937 rng(2);
    for (const auto& code : fec::turbo_codes()) {
        const auto message = test::random_bytes(code.k / 8, rng);
        std::vector<uint8_t> codeword((code.n + 7) / 8), bits(code.k),
            sent(8 * codeword.size());
        fec::TurboEncoder(code).encode(message, codeword);
        unpack_bits(message, bits);
        unpack_bits(codeword, sent);
        auto expected = reference::turbo_encode(bits, rate_of(code));
        BOOST_TEST(expected.size() == code.n);
        expected.resize(sent.size());
        BOOST_TEST((sent == expected), code.name);
    }
}

BOOST_AUTO_TEST_CASE(every_code_is_linear_and_holds_its_message)
{
    std::mt19937 rng(1);
    for (const auto& code : fec::turbo_codes()) {
        const auto a = test::random_bytes(code.k / 8, rng);
        const auto b = test::random_bytes(code.k / 8, rng);
        std::vector<uint8_t> sum(a), of_a((code.n + 7) / 8), of_b(of_a), of_sum(of_a);
        for (size_t i = 0; i < sum.size(); ++i)
            sum[i] ^= b[i];
        fec::TurboEncoder encoder(code);
        encoder.encode(a, of_a);
        const size_t before = test::allocations();
        encoder.encode(b, of_b);
        BOOST_TEST(test::allocations() == before);
        BOOST_TEST(before > 0u);
        encoder.encode(sum, of_sum);
        for (size_t i = 0; i < of_a.size(); ++i)
            BOOST_REQUIRE((of_a[i] ^ of_b[i]) == of_sum[i]);
        const size_t stride = code.n / (code.k + fec::kTurboTail);
        for (size_t i = 0; i < code.k; ++i)
            BOOST_REQUIRE(get_bit(of_a, i * stride) == get_bit(a, i));
    }
}

BOOST_AUTO_TEST_CASE(unknown_codes_are_refused_with_the_allowed_names)
{
    BOOST_CHECK_EXCEPTION(
        fec::find_turbo_code("turbo_1-5_1784"), std::invalid_argument, [](const auto& e) {
            return std::string(e.what()).find("turbo_1-6_1784") != std::string::npos;
        });
}
