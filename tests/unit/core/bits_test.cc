#include "depinsat/core/bits.h"

#include "depinsat/core/types.h"
#include "fec_vectors.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace bdata = boost::unit_test::data;
using namespace depinsat;

BOOST_AUTO_TEST_CASE(the_most_significant_bit_comes_first)
{
    const std::vector<uint8_t> bytes{0x80, 0x01, 0xA5};
    std::vector<uint8_t> bits(24);
    unpack_bits(bytes, bits);
    const std::vector<uint8_t> expected{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                        0, 0, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1};
    BOOST_TEST(bits == expected, boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(packing_undoes_unpacking, bdata::make({0, 1, 2, 45, 8100}), size)
{
    std::mt19937 rng(1);
    const auto bytes = test::random_bytes(size, rng);
    std::vector<uint8_t> bits(8 * bytes.size()), packed(bytes.size());
    unpack_bits(bytes, bits);
    for (size_t i = 0; i < bits.size(); ++i)
        BOOST_TEST(bits[i] == get_bit(bytes, i));
    pack_bits(bits, packed);
    BOOST_TEST(packed == bytes);
}

BOOST_AUTO_TEST_CASE(packing_looks_at_the_lowest_bit_only)
{
    const std::vector<uint8_t> bits{0xFF, 0xFE, 3, 2, 1, 0, 0x80, 0x81};
    std::vector<uint8_t> byte(1);
    pack_bits(bits, byte);
    BOOST_TEST(byte[0] == 0b10101001);
}

BOOST_AUTO_TEST_CASE(flipping_a_bit_changes_that_bit_only)
{
    std::vector<uint8_t> bytes(3);
    flip_bit(bytes, 9);
    BOOST_TEST(bytes == (std::vector<uint8_t>{0, 0x40, 0}));
}

BOOST_AUTO_TEST_CASE(llrs_saturate_at_both_ends)
{
    BOOST_TEST(int((Llr{100} + Llr{100}).value) == kLlrMax);
    BOOST_TEST(int((Llr{-100} - Llr{100}).value) == -kLlrMax);
    BOOST_TEST(int(Llr::saturate(-128).value) == -kLlrMax);
    BOOST_TEST(Llr{-1}.hard_bit());
    BOOST_TEST(!Llr{0}.hard_bit());
}
