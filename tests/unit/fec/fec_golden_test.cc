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
