#include "depinsat/sync/symbol_buffer.h"

#include "unit/sync/signals.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::sync;

BOOST_AUTO_TEST_CASE(symbols_keep_their_numbers_when_older_ones_are_dropped)
{
    SymbolBuffer buffer;
    uint64_t next = 0;
    for (const uint64_t keep_from : {0u, 1u, 5u, 5u, 90u, 91u, 200u}) {
        for (const uint64_t end = next + 50; next < end; ++next)
            if (next % 4 == 2 && next + 2 <= end) {
                const Sample symbols[] = {Sample(float(next)), Sample(float(next + 1))};
                const double times[] = {2.0 * double(next), 2.0 * double(next + 1)};
                buffer.append(symbols, times);
                ++next;
            } else {
                buffer.push(Sample(float(next)), 2.0 * double(next));
            }
        buffer.drop_before(keep_from);
        BOOST_TEST(buffer.begin() == keep_from);
        BOOST_TEST(buffer.end() == next);
        for (uint64_t i = keep_from; i < next; ++i) {
            BOOST_TEST(buffer.view(i, 1)[0] == Sample(float(i)));
            BOOST_TEST(buffer.time(i) == 2.0 * double(i));
        }
    }
    buffer.drop_before(next);
    BOOST_TEST(buffer.begin() == buffer.end());
    BOOST_TEST(buffer.view(next, 0).empty());
}

BOOST_AUTO_TEST_CASE(recentring_turns_the_past_and_not_the_anchor)
{
    SymbolBuffer buffer;
    for (unsigned k = 0; k < 100; ++k)
        buffer.push(Sample(std::polar(1.0, 0.02 * k)), 2.0 * k);
    buffer.drop_before(10);
    buffer.recentre(0.01 / (2 * std::numbers::pi), 198);
    for (const Sample& x : buffer.view(10, 90))
        BOOST_TEST(std::abs(x - Sample(std::polar(1.0, 1.98))) < 1e-5);
}
