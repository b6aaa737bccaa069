#include "space/downlink_queue.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using space::DownlinkQueue;

namespace {

std::vector<Sample> numbered(size_t first, size_t count)
{
    std::vector<Sample> samples(count);
    for (size_t i = 0; i < count; ++i)
        samples[i] = {float(first + i), 0.0f};
    return samples;
}

std::vector<Sample> front(const DownlinkQueue& queue, size_t max)
{
    const auto samples = queue.front(max);
    return {samples.begin(), samples.end()};
}

} // namespace

BOOST_AUTO_TEST_CASE(samples_leave_in_order_as_credit_allows)
{
    DownlinkQueue queue(10, 4);
    BOOST_TEST(queue.push(numbered(0, 6)) == 0u);
    BOOST_TEST(queue.front(10).empty());
    queue.add_credit(3);
    BOOST_TEST((front(queue, 2) == numbered(0, 2)));
    queue.pop(2);
    BOOST_TEST(queue.first_sample() == 2u);
    BOOST_TEST((front(queue, 9) == numbered(2, 1)));
}

BOOST_AUTO_TEST_CASE(credit_is_bounded)
{
    DownlinkQueue queue(10, 4);
    queue.push(numbered(0, 8));
    queue.add_credit(UINT64_MAX);
    queue.add_credit(UINT64_MAX);
    BOOST_TEST(queue.front(10).size() == 4u);
}

BOOST_AUTO_TEST_CASE(the_oldest_go_where_nobody_takes_them)
{
    DownlinkQueue queue(10, 10);
    queue.push(numbered(0, 7));
    BOOST_TEST(queue.push(numbered(7, 7)) == 4u);
    BOOST_TEST(queue.size() == 10u);
    queue.add_credit(10);
    BOOST_TEST(queue.first_sample() == 4u);
    std::vector<Sample> all;
    while (!queue.front(10).empty()) {
        const auto piece = front(queue, 10);
        all.insert(all.end(), piece.begin(), piece.end());
        queue.pop(piece.size());
    }
    BOOST_TEST((all == numbered(4, 10)));
}

BOOST_AUTO_TEST_CASE(a_new_station_begins_with_what_comes)
{
    DownlinkQueue queue(10, 10);
    queue.push(numbered(0, 5));
    queue.add_credit(5);
    queue.restart();
    queue.push(numbered(5, 2));
    BOOST_TEST(queue.front(10).empty());
    queue.add_credit(10);
    BOOST_TEST(queue.first_sample() == 5u);
    BOOST_TEST((front(queue, 10) == numbered(5, 2)));
}
