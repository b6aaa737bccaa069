#include "depinsat/sync/differential_correlator.h"

#include "unit/sync/signals.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace depinsat;
using namespace depinsat::sync;

namespace {

/// Header of 90 pi/2-BPSK symbols; from symbol 26 on bits come in pairs, the second one
/// inverted if `flip`.
std::vector<Sample> header(bool flip, uint32_t data)
{
    std::vector<Sample> symbols;
    for (unsigned k = 0; k < 90; ++k) {
        bool bit = 0x18D2E82u >> (25 - k % 26) & 1;
        if (k >= 26)
            bit = (data >> ((k - 26) / 2) & 1) ^ (k % 2 && flip);
        const double angle = std::numbers::pi / 4 + (k % 2 ? std::numbers::pi / 2 : 0) +
                             (bit ? std::numbers::pi : 0);
        symbols.push_back(Sample(std::polar(1.0, angle)));
    }
    return symbols;
}

DifferentialCorrelator correlator()
{
    std::vector<size_t> known, flipped;
    for (size_t k = 0; k < 25; ++k)
        known.push_back(k);
    for (size_t k = 26; k < 90; k += 2)
        flipped.push_back(k);
    return {header(false, 0), known, flipped};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_header_is_found_at_any_offset_phase_data_and_sign)
{
    test::Random random(1);
    auto search = correlator();
    for (const bool flip : {false, true})
        for (const double offset : {0.0, 0.05, -0.2, 0.45}) {
            auto symbols = random.psk(4, 300);
            const auto sent = header(flip, 0x3A5C0F17);
            std::copy(sent.begin(), sent.end(), symbols.begin() + 123);
            test::rotate(symbols, offset, 1);
            std::vector<float> metric(symbols.size() - 89);
            search.search(symbols, metric);
            const auto best = std::max_element(metric.begin(), metric.end());
            BOOST_TEST(std::distance(metric.begin(), best) == 123);
            BOOST_TEST(std::abs(*best - 1) < 1e-3f);
            const double frequency = search.frequency(std::span(symbols).subspan(123, 90));
            BOOST_TEST(std::abs(std::remainder(frequency - offset, 1.0)) < 1e-4);
        }
}

BOOST_AUTO_TEST_CASE(at_3_db_headers_stand_out_of_data_and_their_frequency_is_known)
{
    test::Random random(2);
    auto search = correlator();
    std::vector<double> errors;
    unsigned found = 0, false_alarms = 0;
    constexpr unsigned kTrials = 1000;
    for (unsigned trial = 0; trial < kTrials; ++trial) {
        auto symbols = random.psk(4, 178 + 90);
        const auto sent = header(trial % 2, trial * 0x9E3779B9u);
        std::copy(sent.begin(), sent.end(), symbols.begin() + 89);
        test::rotate(symbols, 0.05, trial);
        random.add_noise(symbols, 1 / test::power_of_db(3));
        std::vector<float> metric(symbols.size() - 89);
        search.search(symbols, metric);
        for (size_t i = 0; i < metric.size(); ++i)
            if (i == 89)
                found += metric[i] > 0.42f;
            else if (i == 0 || i == 178)
                false_alarms += metric[i] > 0.42f;
        errors.push_back(search.frequency(std::span(symbols).subspan(89, 90)) - 0.05);
    }
    BOOST_TEST(found >= 995);
    BOOST_TEST(false_alarms <= 3);
    // Theory: sqrt((2 N0 + N0^2) / (2 * 57)) / (2 pi) = 0.0167.
    BOOST_TEST(test::root_mean_square(errors) < 0.0167 * 1.1);
}

BOOST_AUTO_TEST_CASE(silence_is_no_header)
{
    auto search = correlator();
    std::vector<Sample> silence(90);
    float metric = -1;
    search.search(silence, {&metric, 1});
    BOOST_TEST(metric == 0);
}
