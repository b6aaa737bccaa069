#include "fec/viterbi_kernel.h"

#include "random_bytes.h"
#include "reference/convolutional.h"
#include "simd_targets.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <climits>
#include <cmath>

namespace bdata = boost::unit_test::data;
using namespace depinsat;

namespace {

constexpr size_t padded(size_t steps)
{
    return (steps + fec::kTrellisPadding - 1) / fec::kTrellisPadding * fec::kTrellisPadding;
}

struct Branches {
    explicit Branches(size_t steps) : branch(padded(steps)), drift(padded(steps) / 4) {}
    std::vector<uint32_t> branch;
    std::vector<uint64_t> drift;

    int metric(size_t t, int c1, int c2) const
    {
        return int8_t(branch[t] >> (8 * (2 * c1 + c2)));
    }
};

std::vector<int8_t> random_llrs(size_t steps, unsigned strength, std::mt19937& rng)
{
    std::vector<int8_t> llrs(2 * padded(steps));
    for (size_t i = 0; i < 2 * steps; ++i)
        llrs[i] = int8_t(int(rng() % (2 * strength + 1)) - int(strength));
    return llrs;
}

Branches
branches(const fec::ConvolutionalCode& code, const std::vector<int8_t>& llrs, size_t steps)
{
    Branches out(steps);
    fec::prepare_branches(code, llrs.data(), steps, {out.branch.data(), out.drift.data()});
    return out;
}

/// Bit t lies at place 5 - t mod 6 of a lane number: here newest first.
unsigned state_of_lane(unsigned lane, size_t time)
{
    unsigned state = 0;
    for (size_t age = 1; age <= 6; ++age)
        state |= (lane >> (5 - (time + 60 - age) % 6) & 1) << (age - 1);
    return state;
}

std::vector<uint8_t> found_path(const Branches& all, size_t steps, int first, int last)
{
    std::vector<uint64_t> decisions(steps);
    std::vector<uint8_t> packed(padded(steps) / 8 + 3), bits(8 * packed.size());
    fec::find_path({all.branch.data(), all.drift.data(), decisions.data(), steps, first, last},
                   packed.data());
    unpack_bits(packed, bits);
    bits.resize(steps);
    return bits;
}

void check_path(size_t steps, unsigned strength, int first_lane, int last, std::mt19937& rng)
{
    const auto& code = fec::find_convolutional_code("k7_3-4");
    const auto all = branches(code, random_llrs(steps, strength, rng), steps);
    const auto metric = [&all](size_t t, int c1, int c2) {
        return all.metric(t, c1, c2);
    };
    const auto bits = found_path(all, steps, first_lane, last);
    const int first = first_lane < 0 ? -1 : int(state_of_lane(unsigned(first_lane), 0));
    int gain = INT_MIN;
    for (int state = 0; state < 64; ++state)
        if (first < 0 || state == first)
            gain = std::max(gain, reference::path_gain<int>(bits, unsigned(state), metric));
    BOOST_TEST(gain == reference::viterbi<int>(steps, first, last, metric).gain);
    for (size_t i = steps - 6; last == 0 && i < steps; ++i)
        BOOST_TEST(bits[i] == 0);
}

} // namespace

BOOST_DATA_TEST_CASE(branch_metrics_are_half_sums_scaled_rounded_and_clipped,
                     bdata::make(test::simd_targets()) *
                         bdata::make({1, 3, 4, 63, 64, 65, 300}) * bdata::make({1u, 20u, 127u}),
                     target,
                     steps,
                     strength)
{
    const test::OnlyTarget only(target);
    for (const auto& code : fec::convolutional_codes()) {
        std::mt19937 rng(7);
        const auto llrs = random_llrs(size_t(steps), strength, rng);
        const auto actual = branches(code, llrs, size_t(steps));
        double sum = 0, count = 0;
        for (const int llr : llrs) {
            sum += std::abs(llr);
            count += llr != 0;
        }
        const double sent = double(fec::coded_bits(code, code.period)) / (2 * code.period);
        const double gain = sum == 0 ? 0 : std::floor(256 * 8.5 * count / sent / sum) / 256;
        for (size_t t = 0; t < size_t(steps); ++t) {
            const int c2 = code.invert_c2 ? -llrs[2 * t + 1] : llrs[2 * t + 1];
            const auto scaled = [&](int both) {
                return std::clamp(int(std::floor(both * gain / 2 + 0.5)), -15, 15);
            };
            BOOST_REQUIRE(actual.metric(t, 0, 0) == scaled(llrs[2 * t] + c2));
            BOOST_REQUIRE(actual.metric(t, 0, 1) == scaled(llrs[2 * t] - c2));
            BOOST_REQUIRE(actual.metric(t, 1, 0) == -actual.metric(t, 0, 1));
            BOOST_REQUIRE(actual.metric(t, 1, 1) == -actual.metric(t, 0, 0));
        }
        for (size_t t = 0; t + 4 <= size_t(steps); t += 4) {
            int drift = 0;
            for (size_t i = t; i < t + 4; ++i)
                drift += std::max(std::abs(actual.metric(i, 0, 0)),
                                  std::abs(actual.metric(i, 0, 1)));
            BOOST_REQUIRE(uint32_t(actual.drift[t / 4]) == uint32_t(drift) * 0x01010101u);
        }
    }
}

// Where several paths are as likely, either may be found: the gains are compared. Noise alone,
// weak and strong, drives the metrics farther apart than any code word does.
BOOST_DATA_TEST_CASE(no_path_is_more_likely_than_the_one_found,
                     bdata::make(test::simd_targets()) *
                         bdata::make({7, 8, 14, 23, 24, 25, 47, 48, 49, 71, 72, 97, 500}) *
                         bdata::make({3u, 127u}),
                     target,
                     steps,
                     strength)
{
    const test::OnlyTarget only(target);
    std::mt19937 rng(11);
    for (int round = 0; round < 12; ++round)
        check_path(size_t(steps), strength, round % 3 == 0 ? fec::kAnyState : int(rng() % 64),
                   round % 2 == 0 ? 0 : fec::kAnyState, rng);
}

BOOST_AUTO_TEST_CASE(every_simd_target_finds_the_same_path)
{
    const auto& code = fec::find_convolutional_code("k7_1-2");
    constexpr size_t kSteps = 1000;
    std::mt19937 rng(13);
    for (int round = 0; round < 5; ++round) {
        const auto llrs = random_llrs(kSteps, 5, rng); // many ties
        std::vector<std::vector<uint8_t>> found;
        for (const int64_t target : test::simd_targets()) {
            const test::OnlyTarget only(target);
            found.push_back(found_path(branches(code, llrs, kSteps), kSteps, 0, 0));
            BOOST_TEST((found.back() == found.front()));
        }
    }
}
