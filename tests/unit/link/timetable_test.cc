// When a path leads to a peer: spans that overlap, touch, are over or never come.
#include "timetable.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::link;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(without_spans_it_is_always_open)
{
    const Timetable always;
    BOOST_TEST(always.always());
    BOOST_TEST(always.open(-5s));
    BOOST_TEST((always.next_open(3s) == 3s));
    BOOST_TEST((always.next_change(3s) == Time::max()));
    BOOST_TEST((always.open_between(2s, 5s) == 3s));
    BOOST_TEST((always.open_between(5s, 2s) == 0s));
}

BOOST_AUTO_TEST_CASE(with_none_that_is_left_it_is_never_open)
{
    const Timetable never{std::vector<Timetable::Span>{{5s, 5s}, {7s, 6s}}};
    BOOST_TEST(!never.always());
    BOOST_TEST(!never.open(5s));
    BOOST_TEST((never.next_open(0s) == Time::max()));
    BOOST_TEST((never.next_change(0s) == Time::max()));
    BOOST_TEST((never.open_between(0s, 10s) == 0s));
}

BOOST_AUTO_TEST_CASE(spans_that_overlap_or_touch_are_one)
{
    const Timetable times(
        std::vector<Timetable::Span>{{50s, 60s}, {10s, 20s}, {15s, 30s}, {30s, 35s}});
    BOOST_TEST(!times.open(10s - Time(1)));
    BOOST_TEST(times.open(10s));
    BOOST_TEST((times.current(12s) == std::optional<Time>(35s)));
    BOOST_TEST(!times.open(35s)); // the end is outside
    BOOST_TEST((times.next_open(35s) == 50s));
    BOOST_TEST((times.next_open(51s) == 51s));
    BOOST_TEST((times.next_open(60s) == Time::max()));
    BOOST_TEST((times.next_change(0s) == 10s));
    BOOST_TEST((times.next_change(10s) == 35s));
    BOOST_TEST((times.next_change(35s) == 50s));
    BOOST_TEST((times.open_between(0s, 100s) == 35s));
    BOOST_TEST((times.open_between(34s, 51s) == 2s));
}

BOOST_AUTO_TEST_CASE(a_peer_has_its_own_contacts_and_those_of_all)
{
    const PublicKey near{1}, far{2};
    const Contacts contacts({{10s, 20s, {}}, {30s, 40s, near}});
    BOOST_TEST(contacts.of(near).open(15s));
    BOOST_TEST(contacts.of(near).open(35s));
    BOOST_TEST(contacts.of(far).open(15s));
    BOOST_TEST(!contacts.of(far).open(35s));
    BOOST_TEST(contacts.any().open(35s));
    BOOST_TEST(Contacts().of(far).always());
    BOOST_TEST(!Contacts(std::vector<Contact>()).any().open(15s));
}
