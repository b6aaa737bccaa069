// Hostile packets by the million, each kind against a gateway of 1000 peers. The number of all
// together is the argument; a hundredth of ten million if there is none.
#include "allocation_counter.h"
#include "hostile_air.h"

#include <boost/test/unit_test.hpp>
#include <malloc.h>

using namespace depinsat::link;
using namespace depinsat::link::test;

namespace {

size_t packets_of_each_kind()
{
    const auto& suite = boost::unit_test::framework::master_test_suite();
    const size_t all = suite.argc > 1 ? std::stoul(suite.argv[1]) : 100'000;
    return all / kHostileKinds.size() + 1;
}

size_t memory_in_use()
{
    return mallinfo2().uordblks;
}

} // namespace

BOOST_AUTO_TEST_CASE(of_ten_million_hostile_packets_none_is_taken_and_memory_is_flat)
{
    constexpr size_t kAtOnce = 4000;
    HostileAir air(1000);
    for (const auto& [kind, name] : kHostileKinds) {
        if (kind == Hostile::kAfterRestart)
            air.restart();
        const size_t received = air.received();
        const uint64_t bytes = air.gateway().stats().packet_bytes_received;
        size_t sent = 0;
        for (uint64_t seed = 2; sent < packets_of_each_kind(); ++seed) {
            const auto frames = air.frames(kind, kAtOnce, seed);
            const size_t in_use = memory_in_use(), calls = depinsat::test::allocations();
            for (const Bytes& frame : frames)
                air.gateway().receive(frame, air.now);
            const size_t more = memory_in_use() - in_use;
            const size_t more_calls = depinsat::test::allocations() - calls;
            BOOST_TEST_REQUIRE(more_calls == 0u, name << ": " << more_calls << " allocations");
            BOOST_TEST_REQUIRE(more == 0u, name << ": " << more << " bytes more");
            sent += frames.size();
        }
        BOOST_TEST(air.received() == received, name);
        BOOST_TEST(air.gateway().stats().packet_bytes_received == bytes, name);
        if (kind != Hostile::kAfterRestart)
            BOOST_TEST(air.hears_a_peer(), name);
    }
}

BOOST_AUTO_TEST_CASE(strangers_who_know_the_key_cost_the_curve_no_more_than_the_budget)
{
    HostileAir air(100);
    const auto& stats = air.gateway().stats();
    const uint64_t before = stats.rejected_packets + stats.openings_put_off;
    air.now += std::chrono::seconds(10);
    const uint64_t put_off = stats.openings_put_off;
    for (int i = 0; i < 2000; ++i) {
        air.gateway().receive(HostileAir::strangers_opening(), air.now);
        air.now += std::chrono::milliseconds(1); // 1000 a second
    }
    BOOST_TEST(stats.rejected_packets + stats.openings_put_off == before + 2000);
    BOOST_TEST(stats.openings_put_off - put_off <= 1000u);
    BOOST_TEST(stats.openings_put_off - put_off >= 900u);
    BOOST_TEST(air.hears_a_peer());
}
