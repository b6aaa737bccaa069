#include "bridge/bitcoin/chain.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::bridge::bitcoin;

namespace {

const Network& kRegtest = *find_network("regtest");
constexpr int64_t kNow = 1'700'000'000;

BlockHeader mined(BlockHeader header)
{
    Bytes target(32);
    export_bits(target_of(header.bits), target.begin(), 8);
    while (true) {
        Hash256 hash = hash_of(header);
        std::ranges::reverse(hash);
        Bytes number(hash.begin(), hash.end());
        // export_bits() writes no zeros in front.
        Uint256 value;
        import_bits(value, number.begin(), number.end(), 8);
        if (value <= target_of(header.bits))
            return header;
        ++header.nonce;
    }
}

BlockHeader child(const BlockHeader& parent, uint32_t seconds = 600, uint8_t mark = 0)
{
    return mined({2, hash_of(parent), {mark}, parent.time + seconds, parent.bits, 0});
}

std::vector<BlockHeader> branch(BlockHeader from, size_t count, uint8_t mark = 0)
{
    std::vector<BlockHeader> headers;
    for (size_t i = 0; i < count; ++i)
        headers.push_back(from = child(from, 600, mark));
    return headers;
}

void add_all(HeaderChain& chain, const std::vector<BlockHeader>& headers)
{
    for (const auto& header : headers)
        BOOST_REQUIRE(chain.add(header, kNow) == HeaderVerdict::kNew);
}

} // namespace

BOOST_AUTO_TEST_CASE(compact_targets_are_read_as_nodes_do)
{
    BOOST_TEST(target_of(0x1d00ffff) == Uint256(0xffff) << 208);
    BOOST_TEST(target_of(0x01003456) == 0u);
    BOOST_TEST(target_of(0x01123456) == 0x12u);
    BOOST_TEST(target_of(0x05009234) == 0x92340000u);
    BOOST_TEST(target_of(0x04923456) == 0u); // negative
    BOOST_TEST(target_of(0xff123456) == 0u); // too large
    for (const uint32_t bits :
         {0x1d00ffffu, 0x207fffffu, 0x1e0377aeu, 0x05009234u, 0x1b0404cbu})
        BOOST_TEST(bits_of(target_of(bits)) == bits);
    BOOST_TEST(bits_of(0x80) == 0x02008000u);
    BOOST_TEST(work_of(target_of(0x1d00ffff)) == 0x100010001u);
    BOOST_TEST(work_of(target_of(0x207fffff)) == 2u);
    BOOST_TEST(work_of(0) == 0u);
}

BOOST_AUTO_TEST_CASE(difficulty_changes_as_it_did_on_the_main_network)
{
    constexpr uint32_t kLimit = 0x1d00ffff;
    BOOST_TEST(next_bits(0x1d00ffff, 1262152739 - 1261130161, kLimit) == 0x1d00d86au);
    BOOST_TEST(next_bits(0x1d00ffff, 1233061996 - 1231006505, kLimit) == 0x1d00ffffu);
    BOOST_TEST(next_bits(0x1c05a3f4, 1279297671 - 1279008237, kLimit) == 0x1c0168fdu);
    BOOST_TEST(next_bits(0x1c387f6f, 1269211443 - 1263163443, kLimit) == 0x1d00e1fdu);
}

BOOST_AUTO_TEST_CASE(a_chain_grows_and_knows_its_heights)
{
    HeaderChain chain(kRegtest);
    BOOST_TEST(chain.height() == 0u);
    const auto headers = branch(kRegtest.genesis, 30);
    add_all(chain, headers);
    BOOST_TEST(chain.height() == 30u);
    BOOST_TEST(chain.tip() == hash_of(headers.back()));
    BOOST_TEST(chain.height_of(hash_of(headers[9])).value() == 10u);
    BOOST_CHECK(chain.add(headers[3], kNow) == HeaderVerdict::kKnown);
    const auto locator = chain.locator();
    BOOST_TEST(locator.front() == chain.tip());
    BOOST_TEST(locator.back() == hash_of(kRegtest.genesis));
    BOOST_TEST(locator.size() < 20u);
}

BOOST_AUTO_TEST_CASE(headers_without_work_link_or_time_are_refused)
{
    HeaderChain chain(kRegtest);
    const auto headers = branch(kRegtest.genesis, 20);
    add_all(chain, headers);
    BlockHeader bad = child(headers.back());
    do
        ++bad.nonce;
    while (mined(bad) == bad); // no work
    BOOST_CHECK(chain.add(bad, kNow) == HeaderVerdict::kInvalid);
    bad = child(headers.back());
    bad.bits = 0x207ffffe;
    BOOST_CHECK(chain.add(mined(bad), kNow) == HeaderVerdict::kInvalid);
    bad = child(headers.back());
    bad.time = headers[14].time; // the median of the last 11
    BOOST_CHECK(chain.add(mined(bad), kNow) == HeaderVerdict::kInvalid);
    ++bad.time;
    BOOST_CHECK(chain.add(mined(bad), kNow) == HeaderVerdict::kNew);
    bad = child(headers.back());
    bad.time = uint32_t(kNow + HeaderChain::kMaxAhead + 1);
    BOOST_CHECK(chain.add(mined(bad), kNow) == HeaderVerdict::kInvalid);
    bad.previous[5] ^= 1;
    BOOST_CHECK(chain.add(mined(bad), kNow) == HeaderVerdict::kOrphan);
}

BOOST_AUTO_TEST_CASE(the_chain_of_the_most_work_is_the_best)
{
    HeaderChain chain(kRegtest);
    const auto trunk = branch(kRegtest.genesis, 10);
    add_all(chain, trunk);
    const auto other = branch(trunk[4], 6, 7);
    add_all(chain, {other.begin(), other.begin() + 5});
    BOOST_TEST(chain.tip() == hash_of(trunk.back())); // as long: the first stays
    add_all(chain, {other.back()});
    BOOST_TEST(chain.tip() == hash_of(other.back()));
    BOOST_TEST(chain.height() == 11u);
    BOOST_TEST(!chain.height_of(hash_of(trunk.back())));
    BOOST_TEST(chain.height_of(hash_of(trunk[4])).value() == 5u);
    const std::vector<Hash256> locator{hash_of(trunk.back()), hash_of(trunk[3])};
    const auto behind = chain.after(locator, {}, 100);
    BOOST_TEST(behind.size() == 7u);
    BOOST_TEST((behind.front() == trunk[4]));
    BOOST_TEST(chain.after(locator, hash_of(other[0]), 100).size() == 2u);
    BOOST_TEST(chain.after(locator, {}, 3).size() == 3u);
    BOOST_TEST(chain.after(std::vector{Hash256{1}}, {}, 3).empty());
}

BOOST_AUTO_TEST_CASE(a_period_that_went_too_fast_makes_the_next_one_harder)
{
    Network network = kRegtest;
    network.retargets = true;
    HeaderChain chain(network);
    BlockHeader last = network.genesis;
    for (uint32_t i = 1; i < kRetargetInterval; ++i) {
        last = child(last, 300);
        BOOST_REQUIRE(chain.add(last, kNow) == HeaderVerdict::kNew);
    }
    BOOST_CHECK(chain.add(child(last), kNow) == HeaderVerdict::kInvalid);
    BlockHeader harder = child(last);
    harder.bits = next_bits(last.bits, 2015 * 300, network.limit_bits);
    BOOST_TEST((target_of(harder.bits) < target_of(last.bits)));
    BOOST_CHECK(chain.add(mined(harder), kNow) == HeaderVerdict::kNew);
}

BOOST_AUTO_TEST_CASE(a_long_chain_and_a_flood_of_branches_take_bounded_memory)
{
    HeaderChain chain(kRegtest);
    const auto headers = branch(kRegtest.genesis, HeaderChain::kKept + 600);
    add_all(chain, headers);
    BOOST_TEST(chain.height() == headers.size());
    BOOST_TEST(!chain.contains(hash_of(headers[200])));
    BOOST_TEST(chain.contains(hash_of(headers[700])));
    BOOST_CHECK(chain.add(child(headers[100], 601), kNow) == HeaderVerdict::kOrphan);
    BOOST_TEST(chain.locator().back() == hash_of(kRegtest.genesis));
    size_t taken = 0;
    for (uint32_t i = 0; i < HeaderChain::kMaxBeside + 100; ++i)
        taken += chain.add(child(headers[4000], 601 + i), kNow) == HeaderVerdict::kNew;
    BOOST_TEST(taken == HeaderChain::kMaxBeside);
    add_all(chain, branch(headers.back(), 300)); // the best one still grows
}
