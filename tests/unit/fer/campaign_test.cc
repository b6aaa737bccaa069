#include "fer/campaign.h"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <stdexcept>
#include <thread>

using namespace depinsat::fer;

namespace {

/// Loses a share of frames that its seed decides; some batches take longer than later ones.
class Coin : public Experiment
{
public:
    unsigned batch() const override { return 10; }

    Counts run(uint64_t seed, unsigned frames) override
    {
        if (seed % 8 == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return {.frames = frames, .frame_errors = seed % 3, .bit_errors = seed % 1000};
    }
};

class Broken : public Coin
{
    Counts run(uint64_t, unsigned) override { throw std::runtime_error("broken"); }
};

Counts toss(const CampaignSettings& settings, bool stopped = false)
{
    const std::atomic<bool> stop = stopped;
    return run_campaign([] { return std::make_unique<Coin>(); }, settings, [](auto&) {}, stop);
}

} // namespace

BOOST_AUTO_TEST_CASE(counts_do_not_depend_on_the_number_of_threads)
{
    for (const uint64_t frames : {1, 9, 10, 11, 2005})
        for (const uint64_t most : {0, 1, 50}) {
            const auto one = toss({frames, most, 7, 1});
            BOOST_TEST((toss({frames, most, 7, 2}) == one));
            BOOST_TEST((toss({frames, most, 7, 9}) == one));
            if (most == 0)
                BOOST_TEST(one.frames == frames);
        }
    BOOST_TEST(toss({2005, 0, 7, 2}).bit_errors != toss({2005, 0, 8, 2}).bit_errors);
}

BOOST_AUTO_TEST_CASE(enough_errors_end_it)
{
    const auto counts = toss({1000000, 20, 1, 3});
    BOOST_TEST(counts.frame_errors >= 20u);
    BOOST_TEST(counts.frame_errors <= 22u);
    BOOST_TEST(counts.frames < 1000u);
}

BOOST_AUTO_TEST_CASE(a_stop_ends_it)
{
    BOOST_TEST(toss({1000000, 0, 1, 2}, true).frames == 0u);
}

BOOST_AUTO_TEST_CASE(what_an_experiment_throws_arrives)
{
    const std::atomic<bool> stop = false;
    const auto make = [] {
        return std::make_unique<Broken>();
    };
    BOOST_CHECK_THROW(run_campaign(
                          make, {100, 0, 1, 3}, [](auto&) {}, stop),
                      std::runtime_error);
}
