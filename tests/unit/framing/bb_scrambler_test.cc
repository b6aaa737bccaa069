#include "depinsat/framing/bb_scrambler.h"

#include "fec_vectors.h"
#include "reference/bb_scrambler.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace bdata = boost::unit_test::data;
using namespace depinsat;

BOOST_AUTO_TEST_CASE(zeros_become_the_sequence_of_the_standard)
{
    std::vector<uint8_t> frame(32);
    framing::bb_scramble(frame);
    const std::vector<uint8_t> expected{
        0x03, 0xf6, 0x08, 0x34, 0x30, 0xb8, 0xa3, 0x93, 0xc9, 0x68, 0xb7,
        0x73, 0xb3, 0x29, 0xaa, 0xf5, 0xfe, 0x3c, 0x04, 0x88, 0x1b, 0x30,
        0x5a, 0xa1, 0xdf, 0xc4, 0xc0, 0x9a, 0x83, 0x5f, 0x0b, 0xc2,
    };
    BOOST_TEST(frame == expected, boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(the_table_equals_the_shift_register,
                     bdata::make({0, 1, 879, 4026, 7274, 8100}),
                     size)
{
    std::mt19937 rng(1);
    const auto frame = test::random_bytes(size, rng);
    auto scrambled = frame;
    framing::bb_scramble(scrambled);
    BOOST_TEST((scrambled == reference::bb_scrambled(frame)));
    framing::bb_scramble(scrambled);
    BOOST_TEST((scrambled == frame));
}
