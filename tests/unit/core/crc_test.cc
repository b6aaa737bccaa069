#include "depinsat/core/crc.h"

#include "fec_vectors.h"
#include "reference/crc.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>

namespace bdata = boost::unit_test::data;
using namespace depinsat;

namespace {

constexpr std::array<uint8_t, 9> kCheck{'1', '2', '3', '4', '5', '6', '7', '8', '9'};
static_assert(Crc8::of(kCheck) == 0xBC);
static_assert(Crc32::of(kCheck) == 0x0376E6E7);
static_assert(Crc<16, 0x1021, 0xFFFF>::of(kCheck) == 0x29B1);

} // namespace

BOOST_DATA_TEST_CASE(every_width_equals_division_bit_by_bit,
                     bdata::make({0, 1, 7, 8, 9, 188, 4096}),
                     size)
{
    std::mt19937 rng(1);
    const auto bytes = test::random_bytes(size, rng);
    BOOST_TEST(Crc8::of(bytes) == reference::crc(8, 0xD5, 0, bytes));
    BOOST_TEST((Crc<16, 0x1021, 0xFFFF>::of(bytes)) ==
               reference::crc(16, 0x1021, 0xFFFF, bytes));
    BOOST_TEST(Crc32::of(bytes) == reference::crc(32, 0x04C11DB7, 0xFFFFFFFF, bytes));
}

BOOST_AUTO_TEST_CASE(pieces_give_the_value_of_the_whole)
{
    std::mt19937 rng(2);
    const auto bytes = test::random_bytes(100, rng);
    for (size_t cut = 0; cut <= bytes.size(); ++cut) {
        const auto all = std::span(bytes);
        BOOST_TEST(Crc32().update(all.first(cut)).update(all.subspan(cut)).value() ==
                   Crc32::of(bytes));
    }
}

BOOST_AUTO_TEST_CASE(a_message_with_its_crc_has_value_zero_and_a_flipped_bit_does_not)
{
    std::mt19937 rng(3);
    auto bytes = test::random_bytes(40, rng);
    const uint32_t crc = Crc32::of(bytes);
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.push_back(uint8_t(crc >> shift));
    BOOST_TEST(Crc32::of(bytes) == 0u);
    for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        bytes[bit / 8] ^= uint8_t(0x80 >> bit % 8);
        BOOST_TEST(Crc32::of(bytes) != 0u);
        bytes[bit / 8] ^= uint8_t(0x80 >> bit % 8);
    }
}
