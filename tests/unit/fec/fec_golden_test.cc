#include "depinsat/core/bits.h"
#include "depinsat/fec/bch_encoder.h"
#include "depinsat/fec/ldpc_encoder.h"
#include "depinsat/framing/bb_scrambler.h"
#include "sha256.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <span>
#include <string>
#include <vector>

using namespace depinsat;
using test::hex;
using test::sha256;

namespace {

/// The bits from `first` on, packed, padded with zeros.
std::vector<uint8_t> bits_from(std::span<const uint8_t> bytes, unsigned first)
{
    std::vector<uint8_t> bits(8 * bytes.size()), packed(bytes.size() - first / 8);
    unpack_bits(bytes, bits);
    bits.erase(bits.begin(), bits.begin() + first);
    bits.resize(8 * packed.size());
    pack_bits(bits, packed);
    return packed;
}

std::string code_name(const nlohmann::json& golden)
{
    auto rate = golden.at("code_identifier").get<std::string>();
    std::ranges::replace(rate, '/', '-');
    const bool s2x = golden.at("standard") == "S2X";
    return (s2x ? "s2x_" : "s2_") + golden.at("frame").get<std::string>() + "_" + rate;
}

/// Zeros become the scrambler's sequence; so many bits, one a byte.
std::vector<uint8_t> scrambler_sequence(size_t count)
{
    std::vector<uint8_t> bytes((count + 7) / 8), bits(8 * bytes.size());
    framing::bb_scramble(bytes);
    unpack_bits(bytes, bits);
    bits.resize(count);
    return bits;
}

/// The BCH codeword of a message that begins with so many known zeros.
std::vector<uint8_t> bch_codeword(const fec::BchCode& code, size_t zeros)
{
    std::vector<uint8_t> message(zeros), bytes(message_bytes(code)), codeword(code.n / 8);
    const auto sent = scrambler_sequence(code.k - zeros);
    message.insert(message.end(), sent.begin(), sent.end());
    message.resize(8 * bytes.size());
    pack_bits(message, bytes);
    fec::BchEncoder(code).encode(bytes, codeword);
    return codeword;
}

/// What is sent of an LDPC codeword, packed.
std::vector<uint8_t>
sent_bits(const nlohmann::json& golden, std::span<const uint8_t> codeword, size_t k)
{
    const size_t zeros = golden.at("shortened_bits_Xs"),
                 period = golden.at("puncture_period_P");
    const size_t punctured = golden.at("punctured_bits_Xp");
    std::vector<uint8_t> sent;
    for (size_t i = zeros; i < 8 * codeword.size(); ++i)
        if (i < k || (i - k) % period != 0 || (i - k) / period >= punctured)
            sent.push_back(get_bit(codeword, i));
    BOOST_TEST(sent.size() == golden.at("transmitted_bits").get<size_t>());
    std::vector<uint8_t> packed((sent.size() + 7) / 8);
    sent.resize(8 * packed.size());
    pack_bits(sent, packed);
    return packed;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_code_makes_the_golden_codeword)
{
    std::ifstream file(DEPINSAT_VECTORS "/dvbs2/fec_golden.json");
    const auto golden = nlohmann::json::parse(file).at("codes");
    BOOST_TEST(golden.size() == 54u);
    for (const auto& expected : golden) {
        const std::string name = code_name(expected);
        BOOST_TEST_CONTEXT(name)
        {
            const fec::BchEncoder bch(fec::find_bch_code(name));
            fec::LdpcEncoder ldpc(fec::find_ldpc_code(name));
            std::vector<uint8_t> message(message_bytes(bch.code())), outer(bch.code().n / 8),
                codeword(ldpc.code().n / 8);
            framing::bb_scramble(message); // zeros become the scrambler's sequence
            bch.encode(message, outer);
            ldpc.encode(outer, codeword);

            BOOST_TEST(hex(bits_from(outer, bch.code().k)) ==
                       expected.at("bch_parity_hex").get<std::string>());
            BOOST_TEST(sha256(outer) == expected.at("bch_codeword_sha256").get<std::string>());
            BOOST_TEST(hex(std::span(codeword).subspan(outer.size(), 32)) ==
                       expected.at("ldpc_parity_first_32_bytes_hex").get<std::string>());
            BOOST_TEST(sha256(codeword) ==
                       expected.at("ldpc_codeword_sha256").get<std::string>());
        }
    }
}

// The 55th code, s2x_medium_1-5, is sent in no other way.
BOOST_AUTO_TEST_CASE(shortened_and_punctured_codes_of_vl_snr_make_the_golden_codewords)
{
    std::ifstream file(DEPINSAT_VECTORS "/dvbs2/vlsnr_fec.json");
    const auto golden = nlohmann::json::parse(file).at("codes");
    BOOST_TEST(golden.size() == 9u);
    for (const auto& expected : golden) {
        BOOST_TEST_CONTEXT(expected.at("name"))
        {
            const auto name = expected.at("code").get<std::string>();
            const fec::BchCode& bch = fec::find_bch_code(name);
            fec::LdpcEncoder ldpc(fec::find_ldpc_code(name));
            const size_t zeros = expected.at("shortened_bits_Xs");
            const size_t before = ldpc.code().k - bch.n; // of the LDPC message alone
            const auto outer = bch_codeword(bch, zeros - before);
            std::vector<uint8_t> message(ldpc.code().k / 8), codeword(ldpc.code().n / 8);
            std::ranges::copy(outer, message.begin() + std::ptrdiff_t(before / 8));
            ldpc.encode(message, codeword);

            BOOST_TEST(hex(bits_from(outer, bch.k)) ==
                       expected.at("bch_parity_hex").get<std::string>());
            BOOST_TEST(sha256(sent_bits(expected, codeword, ldpc.code().k)) ==
                       expected.at("transmitted_codeword_sha256").get<std::string>());
        }
    }
}
