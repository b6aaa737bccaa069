#include "depinsat/fec/ldpc_encoder.h"

#include "allocation_counter.h"
#include "depinsat/core/bits.h"
#include "fec_vectors.h"
#include "reference/ldpc.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace bdata = boost::unit_test::data;
using namespace depinsat;

namespace {

std::vector<uint8_t> unpacked(std::span<const uint8_t> bytes)
{
    std::vector<uint8_t> bits(8 * bytes.size());
    unpack_bits(bytes, bits);
    return bits;
}

} // namespace

BOOST_DATA_TEST_CASE(golden_chains_are_encoded, bdata::make(test::kFecChains), chain)
{
    fec::LdpcEncoder encoder(fec::find_ldpc_code(chain.code));
    std::vector<uint8_t> codeword(encoder.code().n / 8);
    encoder.encode(test::read_stage(chain, ".bch.bin"), codeword);
    BOOST_TEST((codeword == test::read_stage(chain, ".ldpc.bin")));
}

BOOST_AUTO_TEST_CASE(every_code_equals_the_reference_and_satisfies_its_checks)
{
    std::mt19937 rng(1);
    for (const fec::LdpcCode& code : fec::ldpc_codes()) {
        BOOST_TEST_CONTEXT(code.name)
        {
            fec::LdpcEncoder encoder(code);
            std::vector<uint8_t> codeword(code.n / 8);
            for (int frame = 0; frame < 2; ++frame) { // the second finds what the first left
                const auto message = test::random_bytes(code.k / 8, rng);
                encoder.encode(message, codeword);
                BOOST_TEST(
                    (unpacked(codeword) == reference::ldpc_encode(code, unpacked(message))));
            }
            auto bits = unpacked(codeword);
            BOOST_TEST(reference::ldpc_checks_hold(code, bits));
            bits[rng() % bits.size()] ^= 1;
            BOOST_TEST(!reference::ldpc_checks_hold(code, bits));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_message_may_be_encoded_where_it_stands)
{
    std::mt19937 rng(2);
    fec::LdpcEncoder encoder(fec::find_ldpc_code("s2_short_2-3"));
    auto in_place = test::random_bytes(encoder.code().n / 8, rng);
    const auto message = std::span(in_place).first(encoder.code().k / 8);
    std::vector<uint8_t> apart(in_place.size());
    encoder.encode(message, apart);
    encoder.encode(message, in_place);
    BOOST_TEST((in_place == apart));
}

BOOST_AUTO_TEST_CASE(encoding_allocates_nothing)
{
    std::mt19937 rng(3);
    for (const fec::LdpcCode& code : fec::ldpc_codes()) {
        fec::LdpcEncoder encoder(code);
        const auto message = test::random_bytes(code.k / 8, rng);
        std::vector<uint8_t> codeword(code.n / 8);
        const size_t before = test::allocations();
        BOOST_REQUIRE(before > 0); // it does count
        encoder.encode(message, codeword);
        BOOST_TEST(test::allocations() == before, code.name);
    }
}
