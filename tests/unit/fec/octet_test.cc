#include "depinsat/fec/octet.h"

#include "reference/octet.h"
#include "simd_targets.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <random>

namespace bdata = boost::unit_test::data;
using namespace depinsat;

namespace {

using Octets = std::vector<uint8_t>;

Octets random_octets(size_t count, unsigned seed)
{
    std::mt19937 rng(seed);
    Octets octets(count);
    for (auto& octet : octets)
        octet = uint8_t(rng());
    return octets;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_field_is_that_of_the_standard)
{
    for (unsigned a = 0; a < 256; ++a)
        for (unsigned b = 0; b < 256; ++b)
            BOOST_REQUIRE_EQUAL(fec::multiply_octets(uint8_t(a), uint8_t(b)),
                                reference::multiply_octets(a, b));
    for (unsigned a = 1; a < 256; ++a)
        BOOST_TEST(fec::invert_octet(uint8_t(a)) == reference::invert_octet(uint8_t(a)));
}

BOOST_DATA_TEST_CASE(every_simd_target_matches_the_reference,
                     bdata::make(test::simd_targets()) *
                         bdata::make({0, 1, 4, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 1200}),
                     target,
                     size)
{
    const Octets a = random_octets(size_t(size), 1), b = random_octets(size_t(size), 2);
    const test::OnlyTarget only(target);
    BOOST_TEST_CONTEXT(hwy::TargetName(target))
    for (unsigned factor = 0; factor < 256; ++factor) {
        Octets expected = b, sum = b, product = b, in_place = a;
        reference::add_scaled_octets(a, expected, uint8_t(factor));
        fec::add_scaled_octets(a, sum, uint8_t(factor));
        BOOST_REQUIRE(sum == expected);

        expected.assign(size_t(size), 0);
        reference::add_scaled_octets(a, expected, uint8_t(factor));
        fec::scale_octets(a, product, uint8_t(factor));
        fec::scale_octets(in_place, in_place, uint8_t(factor));
        BOOST_REQUIRE(product == expected);
        BOOST_REQUIRE(in_place == expected);
    }
    Octets expected = b, sum = b;
    reference::add_scaled_octets(a, expected, 1);
    fec::add_octets(a, sum);
    BOOST_REQUIRE(sum == expected);
}
