#include "bridge/ethereum/head_chain.h"

#include "heads.h"

using namespace depinsat::test;
using Place = HeadChain::Place;

namespace {

/// A block of which nothing but its place in the chain matters.
Json at(uint64_t number, char fork = '0', char parents_fork = '0')
{
    const auto hash = [](uint64_t height, char of) {
        Hash bytes{};
        bytes[0] = uint8_t(of);
        bytes[30] = uint8_t(height >> 8);
        bytes[31] = uint8_t(height);
        return to_hex(bytes);
    };
    return {{"number", to_quantity(number)},
            {"hash", hash(number, fork)},
            {"parentHash", hash(number - 1, parents_fork)}};
}

HeadChain chain_to(uint64_t last)
{
    HeadChain chain;
    for (uint64_t number = 1; number <= last; ++number)
        chain.add(at(number));
    return chain;
}

} // namespace

BOOST_AUTO_TEST_CASE(blocks_under_heads_that_follow_are_inside)
{
    const HeadChain chain = chain_to(10);
    for (uint64_t number = 0; number <= 10; ++number) {
        BOOST_TEST((chain.place_of(at(number)) == Place::kInside), number);
        BOOST_TEST((chain.place_of(at(number, '1')) == Place::kOutside), number);
    }
    BOOST_TEST((chain.place_of(at(11)) == Place::kUnknown));
}

BOOST_AUTO_TEST_CASE(a_block_in_the_place_of_the_last_leaves_what_is_below)
{
    HeadChain chain = chain_to(10);
    chain.add(at(10, '1'));
    BOOST_TEST((chain.place_of(at(10)) == Place::kOutside));
    BOOST_TEST((chain.place_of(at(9)) == Place::kInside));
    chain.add(at(7)); // and one that was there
    BOOST_TEST((chain.place_of(at(7)) == Place::kInside));
    BOOST_TEST((chain.place_of(at(8)) == Place::kUnknown));
    BOOST_TEST((chain.place_of(at(3)) == Place::kInside));
}

BOOST_AUTO_TEST_CASE(a_head_on_another_parent_tells_of_two_blocks)
{
    HeadChain chain = chain_to(10);
    chain.add(at(11, '1', '1'));
    BOOST_TEST((chain.place_of(at(10)) == Place::kOutside));
    BOOST_TEST((chain.place_of(at(10, '1')) == Place::kInside));
    BOOST_TEST((chain.place_of(at(9)) == Place::kUnknown));
}

BOOST_AUTO_TEST_CASE(over_a_gap_nothing_is_known)
{
    HeadChain chain = chain_to(10);
    chain.add(at(13));
    BOOST_TEST((chain.place_of(at(12)) == Place::kInside));
    for (const uint64_t number : {5, 10, 11})
        BOOST_TEST((chain.place_of(at(number)) == Place::kUnknown), number);
}

BOOST_AUTO_TEST_CASE(the_lowest_make_way)
{
    const HeadChain chain = chain_to(HeadChain::kMax + 5);
    BOOST_TEST((chain.place_of(at(5)) == Place::kUnknown));
    BOOST_TEST((chain.place_of(at(6)) == Place::kInside));
    HeadChain forgetful = chain;
    forgetful.forget();
    BOOST_TEST((forgetful.place_of(at(6)) == Place::kUnknown));
}
