#include "threads/thread_pool.h"

#include "allocation_counter.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <stdexcept>

using depinsat::Task;
using depinsat::threads::ThreadPool;

namespace {

/// Adds up as many numbers as it is told.
struct Sum final : Task {
    void run() override
    {
        sum = 0;
        for (uint64_t i = 1; i <= count; ++i)
            sum += i;
        ++runs;
    }

    uint64_t count = 0, sum = 0;
    unsigned runs = 0;
};

/// Ends when it is told to.
struct Gate final : Task {
    void run() override
    {
        thread = std::this_thread::get_id();
        open.wait(false);
    }

    void open_now()
    {
        open = true;
        open.notify_all();
    }

    std::atomic<bool> open = false;
    std::thread::id thread;
};

} // namespace

BOOST_DATA_TEST_CASE(each_task_runs_once, boost::unit_test::data::make({1u, 2u, 4u}), cores)
{
    ThreadPool pool(cores);
    std::vector<Sum> tasks(pool.capacity());
    constexpr unsigned kRounds = 2000;
    for (unsigned round = 0; round < kRounds; ++round)
        for (Sum& task : tasks) {
            pool.wait(task);
            BOOST_REQUIRE(pool.ended(task));
            BOOST_REQUIRE(task.runs == round);
            BOOST_REQUIRE(task.sum == task.count * (task.count + 1) / 2);
            task.count = round % 50 * 20;
            pool.start(task);
        }
    for (Sum& task : tasks) {
        pool.wait(task);
        BOOST_TEST(task.runs == kRounds);
    }
}

BOOST_AUTO_TEST_CASE(one_core_has_no_thread)
{
    ThreadPool pool(1);
    BOOST_TEST(pool.capacity() == 1u);
    Gate gate;
    gate.open = true;
    pool.start(gate);
    BOOST_TEST((gate.thread == std::this_thread::get_id()));
}

BOOST_AUTO_TEST_CASE(a_task_is_not_ended_while_it_runs_and_its_end_is_told)
{
    std::atomic<unsigned> told = 0;
    ThreadPool pool(2, [&] {
        ++told;
        told.notify_all();
    });
    Gate gate;
    BOOST_TEST(pool.ended(gate));
    pool.start(gate);
    BOOST_TEST(!pool.ended(gate));
    gate.open_now();
    told.wait(0);
    BOOST_TEST(pool.ended(gate));
    BOOST_TEST((gate.thread != std::this_thread::get_id()));
}

BOOST_AUTO_TEST_CASE(who_waits_works_meanwhile)
{
    struct Open final : Task {
        void run() override { gate->open_now(); }
        Gate* gate = nullptr;
    };
    ThreadPool pool(2);
    Gate gate;
    Open open;
    open.gate = &gate;
    pool.start(gate); // holds the only thread until `open` has run, which must run here
    pool.start(open);
    pool.wait(gate);
    BOOST_TEST(pool.ended(open));
}

BOOST_AUTO_TEST_CASE(nothing_is_allocated_for_a_task)
{
    ThreadPool pool(3);
    std::vector<Sum> tasks(pool.capacity());
    const size_t before = depinsat::test::allocations();
    for (unsigned round = 0; round < 100; ++round) {
        for (Sum& task : tasks)
            pool.start(task);
        for (Sum& task : tasks)
            pool.wait(task);
    }
    BOOST_TEST(depinsat::test::allocations() == before);
}

BOOST_AUTO_TEST_CASE(numbers_of_cores_that_are_none_are_refused)
{
    BOOST_CHECK_THROW(ThreadPool(0), std::invalid_argument);
    BOOST_CHECK_THROW(ThreadPool(ThreadPool::kMostCores + 1), std::invalid_argument);
}
