#include "space/transponder.h"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>

using namespace depinsat;
using config::Satellite;
using space::Transponder;

namespace {

constexpr double kRate = 100e3;
constexpr size_t kA = 0, kB = 1;

/// A is heard by B, 10 ms later.
Satellite plan()
{
    Satellite plan;
    plan.sample_rate_hz = kRate;
    plan.stations.resize(2);
    plan.stations[kA].symbol_rate_baud = plan.stations[kB].symbol_rate_baud = 20e3;
    plan.paths = {{kA, kB, 10.0, 0.0, 0.0}};
    return plan;
}

/// What B receives in `ticks` while A sends ones, or nothing.
std::vector<Sample> received(const Satellite& plan, int ticks, bool sends = true)
{
    Transponder transponder(plan);
    const std::vector<Sample> ones(transponder.tick_samples(),
                                   Sample(sends ? 1.0f : 0.0f, 0.0f));
    std::vector<Sample> all;
    transponder.uplink(kA).start(0);
    for (int i = 0; i < ticks; ++i) {
        for (size_t s : {kA, kB})
            transponder.fill(s);
        const auto samples = transponder.receive(kB);
        all.insert(all.end(), samples.begin(), samples.end());
        transponder.advance();
        const auto grant = transponder.uplink(kA).grant(transponder.now());
        BOOST_REQUIRE(grant);
        transponder.uplink(kA).accept(grant->first_sample, ones);
    }
    return all;
}

double power(std::span<const Sample> samples)
{
    double sum = 0.0;
    for (const auto s : samples)
        sum += std::norm(s);
    return sum / double(samples.size());
}

} // namespace

BOOST_AUTO_TEST_CASE(samples_come_after_the_delay_of_the_path)
{
    for (const double delay_ms : {5.0, 10.0, 10.01, 250.0}) {
        auto satellite = plan();
        satellite.paths[0].delay_ms = delay_ms;
        const auto samples = received(satellite, 200);
        const auto delay = size_t(std::llround(delay_ms * 1e-3 * kRate));
        for (size_t i = 0; i < samples.size(); ++i)
            BOOST_REQUIRE(samples[i] == Sample(i < delay ? 0.0f : 1.0f, 0.0f));
    }
}

BOOST_AUTO_TEST_CASE(a_carrier_appears_at_its_offset_and_its_doppler)
{
    auto satellite = plan();
    satellite.paths[0].offset_hz = 20e3;
    satellite.stations[kA].uplink_doppler.offset_hz = 300.0;
    satellite.stations[kB].downlink_doppler.offset_hz = -1000.0;
    const auto samples = received(satellite, 100);
    const double step = 2.0 * std::numbers::pi * 19300.0 / kRate;
    for (size_t i = 1001; i < samples.size(); ++i)
        BOOST_REQUIRE(std::abs(samples[i] - samples[i - 1] * Sample(std::polar(1.0, step))) <
                      1e-4f);
}

BOOST_AUTO_TEST_CASE(a_ramp_has_the_frequency_of_its_time)
{
    auto satellite = plan();
    auto& doppler = satellite.stations[kA].uplink_doppler;
    doppler.rate_hz_per_s = 10e3;
    doppler.limit_hz = 1500.0;
    const auto samples = received(satellite, 150);
    for (size_t i = 1001; i < samples.size(); ++i) {
        const double sent = (double(i) - 0.5) / kRate - 0.010;
        const double hz = std::min(10e3 * sent, 1500.0);
        const double actual =
            std::arg(samples[i] * std::conj(samples[i - 1])) * kRate / (2.0 * std::numbers::pi);
        BOOST_REQUIRE(std::abs(actual - hz) <
                      21.0); // what the ramp does in a tick, and rounding
    }
}

BOOST_AUTO_TEST_CASE(gain_and_fades_change_the_amplitude)
{
    auto satellite = plan();
    satellite.paths[0].gain_db = -6.0;
    satellite.fades = {{kA, true, 0.02, 0.01, 0.04, 20.0}, {kB, false, 0.1, 0.01, 1.0, 40.0}};
    const auto samples = received(satellite, 100);
    const auto db = [&](double time) {
        return 10.0 * std::log10(std::norm(samples[size_t(time * kRate)]));
    };
    BOOST_TEST(std::abs(db(0.015) + 6.0) < 0.01);
    BOOST_TEST(std::abs(db(0.035) + 26.0) < 0.01); // sent at 0.025
    BOOST_TEST(std::abs(db(0.045) + 6.0) < 0.01);
    BOOST_TEST(std::abs(db(0.075) + 26.0) < 0.01); // the next period
    BOOST_TEST(std::abs(db(0.105) + 46.0) < 0.01); // received at 0.105
}

BOOST_AUTO_TEST_CASE(lost_stretches_are_silent_where_they_were_sent_or_received)
{
    auto satellite = plan();
    satellite.seed = 5;
    satellite.losses = {{kA, true, 0.2, 0.004}, {kB, false, 0.1, 0.006}};
    const channel::Erasures up{0.2, 0.004, 5}, down{0.1, 0.006, 6};
    const auto samples = received(satellite, 5000);
    size_t lost = 0;
    for (size_t tick = 5; tick < 5000; ++tick) { // A's first samples come after 10 ms
        const double time = (double(tick) + 0.5) * 0.002;
        const bool expected = up.at(time - 0.010) || down.at(time);
        BOOST_TEST((samples[size_t(time * kRate)] == Sample()) == expected);
        lost += expected;
    }
    BOOST_TEST(lost > 1000u);
}

BOOST_AUTO_TEST_CASE(a_link_is_cut_and_restored_while_samples_flow)
{
    auto cut = plan(), whole = plan();
    cut.losses = {{kB, false, 1.0, 1.0}};
    Transponder transponder(whole);
    const std::vector<Sample> ones(transponder.tick_samples(), Sample(1.0f, 0.0f));
    transponder.uplink(kA).start(0);
    for (int tick = 0; tick < 30; ++tick) {
        if (tick % 10 == 0)
            transponder.disturb(tick == 10 ? cut : whole);
        for (size_t s : {kA, kB})
            transponder.fill(s);
        const bool heard = power(transponder.receive(kB)) > 0;
        BOOST_TEST(heard == (tick >= 5 && (tick < 10 || tick >= 20)), "tick " << tick);
        transponder.advance();
        transponder.uplink(kA).accept(
            transponder.uplink(kA).grant(transponder.now())->first_sample, ones);
    }
}

BOOST_AUTO_TEST_CASE(noise_is_that_of_es_n0_with_or_without_a_carrier)
{
    auto satellite = plan();
    satellite.stations[kB].es_n0_db = 3.0;
    const double expected = kRate / 20e3 / std::pow(10.0, 0.3);
    const auto samples = received(satellite, 500, false);
    BOOST_TEST(std::abs(power(samples) / expected - 1.0) <
               5.0 / std::sqrt(double(samples.size())));
    satellite.seed = 2;
    BOOST_TEST((received(satellite, 500, false) != samples));
}

BOOST_AUTO_TEST_CASE(the_sum_of_the_carriers_is_heard_and_nothing_else)
{
    auto satellite = plan();
    satellite.paths.push_back({kB, kB, 10.0, 0.0, 0.0});
    BOOST_TEST((received(satellite, 30) == received(plan(), 30)));
    satellite.paths = {{kB, kA, 10.0, 0.0, 0.0}};
    BOOST_TEST(power(received(satellite, 30)) == 0.0);
}

BOOST_AUTO_TEST_CASE(a_silent_station_is_zeros_and_counted)
{
    Transponder transponder(plan());
    transponder.uplink(kA).start(0);
    uint64_t missing = 0;
    for (int i = 0; i < 20; ++i) {
        missing += transponder.fill(kA);
        transponder.fill(kB);
        BOOST_TEST(power(transponder.receive(kB)) == 0.0);
        transponder.advance();
    }
    BOOST_TEST(missing == 20 * transponder.tick_samples() - size_t(0.010 * kRate));
}
