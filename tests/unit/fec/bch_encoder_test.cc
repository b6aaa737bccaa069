#include "depinsat/fec/bch_encoder.h"

#include "depinsat/framing/bb_scrambler.h"
#include "fec_vectors.h"
#include "reference/bch.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace bdata = boost::unit_test::data;
using namespace depinsat;

BOOST_DATA_TEST_CASE(golden_chains_are_encoded, bdata::make(test::kFecChains), chain)
{
    auto bbframe = test::read_stage(chain, ".bbframe.bin");
    framing::bb_scramble(bbframe);
    const fec::BchEncoder encoder(fec::find_bch_code(chain.code));
    std::vector<uint8_t> codeword(encoder.code().n / 8);
    encoder.encode(bbframe, codeword);
    BOOST_TEST((codeword == test::read_stage(chain, ".bch.bin")));
}

BOOST_AUTO_TEST_CASE(every_code_equals_polynomial_division)
{
    std::mt19937 rng(1);
    for (const fec::BchCode& code : fec::bch_codes()) {
        BOOST_TEST_CONTEXT(code.name)
        {
            const auto message = test::random_bytes(message_bytes(code), rng);
            std::vector<uint8_t> codeword(code.n / 8);
            fec::BchEncoder(code).encode(message, codeword);
            BOOST_TEST((codeword == reference::bch_encode(code, message)));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_message_may_be_encoded_where_it_stands)
{
    std::mt19937 rng(2);
    const fec::BchEncoder encoder(fec::find_bch_code("s2_short_2-3"));
    auto in_place = test::random_bytes(encoder.code().n / 8, rng);
    const auto message = std::span(in_place).first(encoder.code().k / 8);
    std::vector<uint8_t> apart(in_place.size());
    encoder.encode(message, apart);
    encoder.encode(message, in_place);
    BOOST_TEST((in_place == apart));
}
