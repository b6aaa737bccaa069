#include "depinsat/modulation/interleaver.h"

#include "dvbs2_vectors.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <random>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using namespace depinsat::test;
using modulation::BitInterleaver;

namespace {

unsigned bits_per_symbol(const Dvbs2Chain& chain)
{
    const std::string order = chain.interleaver;
    return order.empty() ? 2 : unsigned(order.size());
}

} // namespace

BOOST_DATA_TEST_CASE(labels_equal_the_golden_chain, bdata::make(kDvbs2Chains), chain)
{
    const std::string name = chain.name;
    const auto fecframe = read_dvbs2_vector<uint8_t>(name + ".ldpc.bin");
    const auto expected = read_dvbs2_vector<uint8_t>(name + ".labels.u8");
    std::vector<uint8_t> labels(expected.size());
    BitInterleaver(bits_per_symbol(chain), chain.interleaver).interleave(fecframe, labels);
    BOOST_TEST(first_difference<uint8_t>(labels, expected) == expected.size());
}

BOOST_AUTO_TEST_CASE(read_order_210_turns_each_row_round)
{
    const std::vector<uint8_t> fecframe{0xFF, 0x00, 0x0F}; // three columns of eight rows
    std::vector<uint8_t> labels(8);
    BitInterleaver(3, "210").interleave(fecframe, labels);
    BOOST_TEST(labels == (std::vector<uint8_t>{1, 1, 1, 1, 5, 5, 5, 5}),
               boost::test_tools::per_element());
    BitInterleaver(3, "012").interleave(fecframe, labels);
    BOOST_TEST(labels == (std::vector<uint8_t>{4, 4, 4, 4, 5, 5, 5, 5}),
               boost::test_tools::per_element());
    BitInterleaver(3, "").interleave(fecframe, labels);
    BOOST_TEST(labels == (std::vector<uint8_t>{7, 7, 6, 0, 0, 0, 1, 7}),
               boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(deinterleaving_restores_the_fecframe,
                     bdata::make({"", "012", "210", "102", "3201", "21430", "201543",
                                  "76543210"}) *
                         bdata::make({0, 1, 7, 45}),
                     order,
                     size)
{
    const std::string read_order = order;
    const unsigned bits = read_order.empty() ? 2 : unsigned(read_order.size());
    std::mt19937 rng(7);
    std::vector<uint8_t> fecframe(size * bits);
    for (auto& byte : fecframe)
        byte = uint8_t(rng());
    std::vector<uint8_t> labels(fecframe.size() * 8 / bits);
    BitInterleaver interleaver(bits, read_order);
    interleaver.interleave(fecframe, labels);

    std::vector<Llr> received(fecframe.size() * 8), restored(received.size());
    for (size_t i = 0; i < received.size(); ++i)
        received[i] = {int8_t(labels[i / bits] >> (bits - 1 - i % bits) & 1 ? -1 : 1)};
    interleaver.deinterleave(received, restored);
    size_t wrong = 0;
    for (size_t i = 0; i < restored.size(); ++i)
        wrong += restored[i].hard_bit() != (fecframe[i / 8] >> (7 - i % 8) & 1);
    BOOST_TEST(wrong == 0u);
}

BOOST_DATA_TEST_CASE(an_order_that_is_no_permutation_is_refused,
                     bdata::make({"01", "0123", "011", "123", "abc"}),
                     order)
{
    BOOST_CHECK_THROW(BitInterleaver(3, order), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(bits_per_symbol_has_limits)
{
    BOOST_CHECK_THROW(BitInterleaver(0, ""), std::invalid_argument);
    BOOST_CHECK_THROW(BitInterleaver(9, "012345678"), std::invalid_argument);
}
