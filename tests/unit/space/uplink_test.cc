#include "space/uplink.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using space::Uplink;
using Verdict = space::Uplink::Verdict;

namespace {

constexpr size_t kHistory = 100, kOutstanding = 20;

std::vector<Sample> numbered(uint64_t first, size_t count)
{
    std::vector<Sample> samples(count);
    for (size_t i = 0; i < count; ++i)
        samples[i] = {float(first + i + 1), 0.0f};
    return samples;
}

std::vector<Sample> read(const Uplink& uplink, int64_t first, size_t count)
{
    std::vector<Sample> out(count, {-1, -1});
    uplink.read(first, out);
    return out;
}

void check_grant(Uplink& uplink, uint64_t now, uint64_t first, uint64_t samples)
{
    const auto grant = uplink.grant(now);
    BOOST_REQUIRE(grant);
    BOOST_TEST(grant->first_sample == first);
    BOOST_TEST(grant->samples == samples);
}

} // namespace

BOOST_AUTO_TEST_CASE(nothing_is_granted_before_the_start)
{
    Uplink uplink(kHistory, kOutstanding);
    BOOST_TEST(!uplink.grant(10));
    BOOST_CHECK(uplink.accept(0, numbered(0, 5)) == Verdict::kRefused);
}

BOOST_AUTO_TEST_CASE(grants_follow_the_clock_up_to_what_is_outstanding)
{
    Uplink uplink(kHistory, kOutstanding);
    uplink.start(1000);
    BOOST_TEST(!uplink.grant(1000));
    check_grant(uplink, 1002, 1000, 2);
    check_grant(uplink, 1050, 1002, 18);
    BOOST_TEST(!uplink.grant(1060));
    BOOST_CHECK(uplink.accept(1000, numbered(1000, 5)) == Verdict::kAccepted);
    check_grant(uplink, 1060, 1020, 5);
}

BOOST_AUTO_TEST_CASE(what_was_not_granted_is_refused)
{
    Uplink uplink(kHistory, kOutstanding);
    uplink.start(0);
    check_grant(uplink, 10, 0, 10);
    BOOST_CHECK(uplink.accept(0, numbered(0, 11)) == Verdict::kRefused);
    BOOST_CHECK(uplink.accept(1, numbered(1, 3)) == Verdict::kRefused);
    BOOST_CHECK(uplink.accept(UINT64_C(1) << 62, numbered(0, 3)) == Verdict::kRefused);
    BOOST_CHECK(uplink.accept(0, numbered(0, 10)) == Verdict::kAccepted);
    BOOST_CHECK(uplink.accept(0, numbered(0, 10)) == Verdict::kRefused);
    BOOST_CHECK(uplink.accept(10, {}) == Verdict::kAccepted);
    BOOST_TEST(uplink.next() == 10u);
}

BOOST_AUTO_TEST_CASE(what_is_missing_when_due_is_zeros_and_ends_the_grants)
{
    Uplink uplink(kHistory, kOutstanding);
    uplink.start(0);
    check_grant(uplink, 20, 0, 20);
    BOOST_CHECK(uplink.accept(0, numbered(0, 5)) == Verdict::kAccepted);
    BOOST_TEST(uplink.fill(5) == 0u);
    BOOST_TEST(uplink.active());
    BOOST_TEST(uplink.fill(8) == 3u);
    BOOST_TEST(!uplink.active());
    BOOST_TEST(!uplink.grant(30));
    BOOST_CHECK(uplink.accept(5, numbered(5, 5)) == Verdict::kLate);
    uplink.start(30);
    BOOST_CHECK(uplink.accept(10, numbered(10, 5)) == Verdict::kLate);
    check_grant(uplink, 34, 30, 4);
    BOOST_CHECK(uplink.accept(30, numbered(30, 4)) == Verdict::kAccepted);

    auto expected = numbered(0, 34);
    std::fill(expected.begin() + 5, expected.begin() + 30, Sample());
    BOOST_TEST((read(uplink, 0, 34) == expected));
}

BOOST_AUTO_TEST_CASE(what_was_never_granted_is_filled_and_not_granted_later)
{
    Uplink uplink(kHistory, kOutstanding);
    uplink.start(0);
    BOOST_TEST(uplink.fill(7) == 7u);
    BOOST_TEST(uplink.active());
    check_grant(uplink, 9, 7, 2);
}

BOOST_AUTO_TEST_CASE(before_the_first_sample_are_zeros)
{
    Uplink uplink(kHistory, kOutstanding);
    uplink.start(0);
    check_grant(uplink, 4, 0, 4);
    BOOST_CHECK(uplink.accept(0, numbered(0, 4)) == Verdict::kAccepted);
    BOOST_TEST((read(uplink, -3, 5) == std::vector<Sample>{{}, {}, {}, {1, 0}, {2, 0}}));
    BOOST_TEST((read(uplink, -50, 5) == std::vector<Sample>(5)));
    BOOST_TEST(read(uplink, 4, 0).empty());
}

BOOST_DATA_TEST_CASE(the_history_stands_after_any_number_of_turns,
                     bdata::make({1, 3, 7, 20}),
                     piece)
{
    Uplink uplink(kHistory, kOutstanding);
    uplink.start(0);
    uint64_t now = 0;
    for (int i = 0; i < 500; ++i) {
        check_grant(uplink, now + piece, now, piece);
        BOOST_REQUIRE(uplink.accept(now, numbered(now, piece)) == Verdict::kAccepted);
        now += piece;
        const uint64_t back = std::min<uint64_t>(now, kHistory);
        BOOST_REQUIRE((read(uplink, int64_t(now - back), back) == numbered(now - back, back)));
    }
}
