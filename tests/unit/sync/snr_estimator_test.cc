#include "depinsat/sync/snr_estimator.h"

#include "unit/sync/signals.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::sync;

namespace {

/// A frame of a PLHEADER and 22 pilot blocks of power 0.09.
void add_frame(SnrEstimator& estimator,
               test::Random& random,
               double es_n0_db,
               double recent_frames = SnrEstimator::kAveragedFrames)
{
    for (unsigned block = 0; block < 23; ++block) {
        const auto sent = random.psk(4, block == 0 ? 90 : 36);
        auto received = sent;
        test::rotate(received, 0, block);
        random.add_noise(received, 1 / test::power_of_db(es_n0_db));
        for (Sample& x : received)
            x *= 0.3f;
        estimator.add_block(received, sent);
    }
    estimator.end_frame(recent_frames);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_jump_of_the_noise_is_followed_within_a_frame)
{
    test::Random random(7);
    SnrEstimator estimator;
    for (const double es_n0_db : {3.0, 15.0, 10.0, 12.0}) {
        add_frame(estimator, random, es_n0_db);
        BOOST_TEST(std::abs(estimator.es_n0_db() - es_n0_db) < 0.6);
        for (unsigned frame = 0; frame < 30; ++frame)
            add_frame(estimator, random, es_n0_db);
        BOOST_TEST(std::abs(estimator.es_n0_db() - es_n0_db) < 0.2);
    }
}

BOOST_AUTO_TEST_CASE(a_fade_is_hidden_from_the_recent_average_no_longer_than_its_memory)
{
    test::Random random(3);
    SnrEstimator estimator;
    constexpr double kStepDb = 0.025;
    for (unsigned frame = 0; frame < 60; ++frame)
        add_frame(estimator, random, 15 - kStepDb * frame, 3);
    const double now_db = 15 - kStepDb * 59;
    BOOST_TEST(std::abs(estimator.recent_es_n0_db() - (now_db + 2 * kStepDb)) < 0.25);
    BOOST_TEST(std::abs(estimator.es_n0_db() - (now_db + 15 * kStepDb)) < 0.15);
}

BOOST_AUTO_TEST_CASE(a_frame_longer_than_the_memory_counts_alone)
{
    SnrEstimator estimator, fresh;
    test::Random random(5), same(6), again(6);
    for (unsigned frame = 0; frame < 5; ++frame)
        add_frame(estimator, random, 10);
    add_frame(estimator, same, 9.8, 0.1);
    add_frame(fresh, again, 9.8);
    BOOST_TEST(std::abs(estimator.recent_es_n0_db() - fresh.es_n0_db()) < 1e-9);
}

BOOST_DATA_TEST_CASE(es_n0_is_right_to_0_3_db_with_any_phase_and_scale,
                     boost::unit_test::data::make({0.0, 3.0, 8.0, 14.0, 20.0}),
                     es_n0_db)
{
    test::Random random(unsigned(es_n0_db) + 1);
    SnrEstimator estimator;
    for (unsigned frame = 0; frame < 40; ++frame) {
        for (const size_t block : {90, 36, 36, 36}) {
            const auto sent = random.psk(4, block);
            auto received = sent;
            test::rotate(received, 0, frame);
            random.add_noise(received, 1 / test::power_of_db(es_n0_db));
            for (Sample& x : received)
                x *= 0.3f;
            estimator.add_block(received, sent);
        }
        estimator.end_frame();
    }
    BOOST_TEST(std::abs(estimator.es_n0_db() - es_n0_db) < 0.3);
    BOOST_TEST(std::abs(estimator.signal_power() / 0.09 - 1) < 0.1);
}

BOOST_AUTO_TEST_CASE(without_a_signal_the_limits_are_reported)
{
    SnrEstimator estimator;
    BOOST_TEST(estimator.es_n0_db() == -20);
    estimator.end_frame();
    BOOST_TEST(estimator.es_n0_db() == -20);
    const std::vector<Sample> silence(36), sent(36, Sample(1));
    estimator.add_block(silence, sent);
    estimator.end_frame();
    BOOST_TEST(estimator.es_n0_db() == -20);
    estimator.reset();
    estimator.add_block(sent, sent);
    estimator.end_frame();
    BOOST_TEST(std::abs(estimator.es_n0_db() - 60) < 1e-6);
}
