#include "depinsat/link/acm.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using namespace depinsat::link;
using namespace std::chrono_literals;

namespace {

std::vector<const framing::Modcod*> s2_modcods(framing::FrameSize size)
{
    std::vector<const framing::Modcod*> rows;
    for (const auto& modcod : framing::modcods())
        if (modcod.frame_size == size && is_of_dvb_s2(modcod))
            rows.push_back(&modcod);
    return rows;
}

AcmConfig config(framing::FrameSize size = framing::FrameSize::kNormal)
{
    AcmConfig config;
    config.allowed = s2_modcods(size);
    return config;
}

double efficiency(const framing::Modcod& modcod)
{
    return double(modcod.k_bch - 80) / double(90 * (modcod.slots + 1));
}

/// The most efficient MODCOD that would get through at this Es/N0, or nothing.
double best_efficiency(const AcmController& controller, double es_n0_db, double loss_db)
{
    double best = 0;
    for (const auto& step : controller.ladder())
        if (step.required_db + loss_db <= es_n0_db)
            best = efficiency(*step.modcod);
    return best;
}

struct Result {
    unsigned frames = 0, lost = 0, changes = 0;
    double bits = 0, best_bits = 0;
};

constexpr double kReceiverLossDb = 0.25;

/// A station that always has something to send at 500 kbaud, and a peer that tells how it
/// hears.
Result simulate(AcmController& controller,
                const std::function<double(double)>& es_n0_db,
                double length_s,
                double one_way_s = 0.25)
{
    Result result;
    std::mt19937 random(7);
    std::normal_distribution<double> error(0, 0.1); // of the peer's estimate
    std::deque<std::pair<double, double>> on_the_way;
    double next_report = 0;
    const framing::Modcod* last = nullptr;
    for (double t = 0; t < length_s;) {
        for (; next_report <= t; next_report += 0.1)
            on_the_way.emplace_back(next_report + one_way_s,
                                    es_n0_db(next_report - 0.05) + error(random));
        for (; !on_the_way.empty() && on_the_way.front().first <= t; on_the_way.pop_front())
            controller.report(on_the_way.front().second,
                              Time(int64_t(1e9 * on_the_way.front().first)));
        const auto& modcod = controller.choose(Time(int64_t(1e9 * t)));
        const double symbols = 90.0 * (modcod.slots + 1);
        const double frame_s = symbols / 500e3;
        const double arrives = es_n0_db(t + one_way_s + frame_s);
        const bool after_first_report = t > 2 * one_way_s;
        if (after_first_report) {
            const auto* step =
                &*std::ranges::find(controller.ladder(), &modcod, &AcmController::Step::modcod);
            const bool good = step->required_db + kReceiverLossDb <= arrives;
            ++result.frames;
            result.lost += !good;
            result.bits += good ? efficiency(modcod) * symbols : 0;
            result.best_bits += best_efficiency(controller, arrives, kReceiverLossDb) * symbols;
            result.changes += last && last != &modcod;
        }
        last = &modcod;
        t += frame_s;
    }
    return result;
}

/// 10 dB down in 10 s, a while there, and back.
double fade(double t, double from_db)
{
    const double down = std::clamp((t - 5) / 10, 0.0, 1.0);
    const double up = std::clamp((t - 20) / 10, 0.0, 1.0);
    return from_db - 10 * (down - up);
}

} // namespace

BOOST_DATA_TEST_CASE(a_fade_of_10_db_in_10_s_loses_no_frame_and_little_throughput,
                     bdata::make({12.0, 14.0, 16.0, 17.0}) * bdata::make({true, false}),
                     from_db,
                     normal)
{
    AcmController controller(
        config(normal ? framing::FrameSize::kNormal : framing::FrameSize::kShort));
    const auto result = simulate(
        controller, [=](double t) { return fade(t, from_db); }, 40);
    BOOST_TEST_MESSAGE("from " << from_db << " dB: " << result.bits / result.best_bits
                               << " of the best, " << result.changes << " changes");
    BOOST_TEST(result.frames > 500u);
    BOOST_TEST(result.lost == 0u);
    BOOST_TEST(result.bits / result.best_bits > 0.85);
}

BOOST_AUTO_TEST_CASE(a_steady_carrier_does_not_make_it_waver)
{
    for (double es_n0_db = 0; es_n0_db < 17; es_n0_db += 0.37) {
        AcmController controller(config());
        const auto result = simulate(
            controller, [=](double) { return es_n0_db; }, 30);
        BOOST_TEST(result.lost == 0u);
        BOOST_TEST(result.changes <= 20u, es_n0_db << " dB: " << result.changes << " changes");
    }
}

BOOST_AUTO_TEST_CASE(a_steeper_fade_than_assumed_is_followed_by_its_slope)
{
    AcmController controller(config());
    const Time start = 10s;
    for (int i = 0; i <= 10; ++i) // 3 dB/s
        controller.report(15 - 0.3 * i, start + i * 100ms);
    const auto expected = controller.expected_es_n0_db(start + 1s);
    BOOST_REQUIRE(expected);
    BOOST_TEST(*expected < 12 - 3 * 0.5); // two delays on
    BOOST_TEST(*expected > 12 - 3 * 0.8);
}

BOOST_AUTO_TEST_CASE(without_reports_the_most_robust_is_sent)
{
    AcmController controller(config());
    BOOST_TEST(controller.choose(0s).name == "qpsk_1-4");
    controller.report(15, 1s);
    BOOST_TEST(controller.choose(1s).name != "qpsk_1-4");
    controller.report(std::numeric_limits<double>::quiet_NaN(), 1s);
    BOOST_TEST(controller.choose(1s).name != "qpsk_1-4");
    BOOST_TEST(controller.choose(1s + AcmController::kSilence + 1ms).name == "qpsk_1-4");
}

BOOST_AUTO_TEST_CASE(it_steps_down_at_once_and_up_beyond_the_hysteresis_only)
{
    AcmConfig exact = config();
    exact.margin_db = exact.fade_db_per_s = 0;
    exact.hysteresis_db = 1;
    AcmController controller(exact);
    const double required =
        framing::find_modcod("8psk_3-4", framing::FrameSize::kNormal).ideal_esn0_db; // 7.91
    Time now = 1s;
    const auto choose = [&](double es_n0_db) {
        controller.report(es_n0_db, now += 2s);
        return controller.choose(now).name;
    };
    BOOST_TEST(choose(required + 1.01) == "8psk_3-4");
    BOOST_TEST(choose(required + 0.01) == "8psk_3-4"); // held
    BOOST_TEST(choose(required - 0.01) == "8psk_2-3");
    BOOST_TEST(choose(required + 0.99) == "8psk_2-3"); // held
    BOOST_TEST(choose(required + 1.01) == "8psk_3-4");
}

BOOST_AUTO_TEST_CASE(what_needs_more_for_less_is_never_chosen)
{
    const AcmController controller(config());
    const auto& ladder = controller.ladder();
    BOOST_TEST(ladder.front().modcod->name == "qpsk_1-4");
    BOOST_TEST(ladder.back().modcod->name == "32apsk_9-10");
    for (size_t i = 1; i < ladder.size(); ++i) {
        BOOST_TEST(ladder[i].required_db >= ladder[i - 1].required_db);
        BOOST_TEST(efficiency(*ladder[i].modcod) > efficiency(*ladder[i - 1].modcod));
    }
}

BOOST_AUTO_TEST_CASE(wrong_configuration_is_refused)
{
    BOOST_CHECK_THROW(AcmController(AcmConfig{}), std::invalid_argument);
    for (double AcmConfig::*key :
         {&AcmConfig::margin_db, &AcmConfig::hysteresis_db, &AcmConfig::fade_db_per_s})
        for (const double value : {-0.1, 21.0, std::numeric_limits<double>::quiet_NaN()}) {
            AcmConfig wrong = config();
            wrong.*key = value;
            BOOST_CHECK_THROW(AcmController{wrong}, std::invalid_argument);
        }
}
