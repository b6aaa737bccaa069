#include "depinsat/core/bits.h"
#include "depinsat/fec/ccsds_ldpc_encoder.h"
#include "random_bytes.h"
#include "reference/ccsds_ldpc.h"

#include "allocation_counter.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <stdexcept>
#include <string>

using namespace depinsat;

namespace {

std::vector<uint8_t> from_hex(const std::string& text)
{
    std::vector<uint8_t> bytes;
    for (size_t i = 0; i + 1 < text.size(); i += 2)
        bytes.push_back(uint8_t(std::stoi(text.substr(i, 2), nullptr, 16)));
    return bytes;
}

/// Sent bits in their places in the matrix; punctured ones are computed where a check has one
/// unknown bit left, until none is found.
bool all_checks_hold(const fec::CcsdsLdpcCode& code, std::span<const uint8_t> codeword)
{
    std::vector<int> bits(code.shortened, 0);
    for (size_t i = 0; i < code.n - code.fill; ++i)
        bits.push_back(get_bit(codeword, i));
    const size_t sent = bits.size();
    bits.resize(code.block_columns * code.circulant, -1);
    const auto checks = reference::ccsds_ldpc_checks(code);
    // The last block row of AR4JA has each punctured bit once, among known ones.
    for (size_t c = (code.block_rows - code.punctured) * code.circulant; c < checks.size(); ++c)
        for (const size_t bit : checks[c])
            if (bit >= sent) {
                int sum = 0;
                for (const size_t other : checks[c])
                    sum ^= other == bit ? 0 : bits[other];
                bits[bit] = sum;
            }
    for (const auto& check : checks) {
        int sum = 0;
        for (const size_t bit : check)
            sum ^= bits[bit];
        if (sum != 0)
            return false;
    }
    return true;
}

std::string name_of(const nlohmann::json& vector)
{
    const auto text = vector.at("code").get<std::string>();
    if (text.starts_with("C2"))
        return "c2";
    if (text.starts_with("TC"))
        return "tc_" + std::to_string(vector.at("n").get<unsigned>());
    auto rate = vector.at("rate").get<std::string>();
    rate[1] = '-';
    return "ar4ja_" + rate + "_" + std::to_string(vector.at("k").get<unsigned>());
}

} // namespace

BOOST_AUTO_TEST_CASE(there_are_twelve_codes_of_the_sizes_of_the_standard)
{
    BOOST_TEST(fec::ccsds_ldpc_codes().size() == 12u);
    const auto sizes = [](std::string_view name) {
        const auto& code = fec::find_ccsds_ldpc_code(name);
        return std::pair(code.n, code.k);
    };
    BOOST_TEST((sizes("ar4ja_1-2_1024") == std::pair(2048u, 1024u)));
    BOOST_TEST((sizes("ar4ja_2-3_4096") == std::pair(6144u, 4096u)));
    BOOST_TEST((sizes("ar4ja_4-5_16384") == std::pair(20480u, 16384u)));
    BOOST_TEST((sizes("c2") == std::pair(8160u, 7136u)));
    BOOST_TEST((sizes("tc_128") == std::pair(128u, 64u)));
    BOOST_TEST((sizes("tc_512") == std::pair(512u, 256u)));
}

BOOST_AUTO_TEST_CASE(unknown_codes_are_refused_with_the_allowed_names)
{
    BOOST_CHECK_EXCEPTION(fec::find_ccsds_ldpc_code("tc_256"), std::invalid_argument,
                          [](const auto& e) {
                              return std::string(e.what()).find("tc_128") != std::string::npos;
                          });
}

BOOST_AUTO_TEST_CASE(no_check_has_a_bit_twice)
{
    for (const auto& code : fec::ccsds_ldpc_codes())
        for (auto bits : reference::ccsds_ldpc_checks(code)) {
            std::ranges::sort(bits);
            BOOST_REQUIRE(std::ranges::adjacent_find(bits) == bits.end());
        }
}

BOOST_AUTO_TEST_CASE(published_codewords_are_made)
{
    std::ifstream file(DEPINSAT_VECTORS "/ccsds/ldpc_codewords.json");
    const auto vectors = nlohmann::json::parse(file).at("vectors");
    unsigned compared = 0;
    for (const auto& vector : vectors) {
        const std::string name = name_of(vector);
        if (name == "tc_256") // experimental, not built
            continue;
        const auto& code = fec::find_ccsds_ldpc_code(name);
        const auto message = from_hex(vector.at("data_hex"));
        const auto parity = from_hex(vector.at("parity_hex"));
        std::vector<uint8_t> codeword(code.n / 8);
        fec::CcsdsLdpcEncoder(code).encode(message, codeword);
        BOOST_TEST_CONTEXT(name)
        {
            BOOST_REQUIRE(message.size() + parity.size() == codeword.size());
            BOOST_TEST(std::equal(message.begin(), message.end(), codeword.begin()));
            BOOST_TEST(
                std::equal(parity.begin(), parity.end(), codeword.end() - parity.size()));
        }
        ++compared;
    }
    BOOST_TEST(compared == 9u);
}

BOOST_AUTO_TEST_CASE(every_encoder_satisfies_the_checks_and_allocates_nothing)
{
    std::mt19937 rng(1);
    for (const auto& code : fec::ccsds_ldpc_codes()) {
        BOOST_TEST_CONTEXT(code.name)
        {
            const auto message = test::random_bytes(code.k / 8, rng);
            std::vector<uint8_t> codeword(code.n / 8, 0xff);
            fec::CcsdsLdpcEncoder encoder(code);
            const size_t before = test::allocations();
            encoder.encode(message, codeword);
            BOOST_TEST(test::allocations() == before);
            BOOST_TEST(before > 0u);
            BOOST_TEST(std::equal(message.begin(), message.end(), codeword.begin()));
            BOOST_TEST(all_checks_hold(code, codeword));
            flip_bit(codeword, code.k + 3);
            BOOST_TEST(!all_checks_hold(code, codeword));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_message_may_lie_in_the_codeword)
{
    std::mt19937 rng(2);
    const auto& code = fec::find_ccsds_ldpc_code("c2");
    const auto message = test::random_bytes(code.k / 8, rng);
    std::vector<uint8_t> apart(code.n / 8), in_place(code.n / 8);
    std::ranges::copy(message, in_place.begin());
    fec::CcsdsLdpcEncoder encoder(code);
    encoder.encode(message, apart);
    encoder.encode(std::span(in_place).first(code.k / 8), in_place);
    BOOST_TEST((apart == in_place));
    BOOST_TEST((apart.back() & 3) == 0); // fill
}
