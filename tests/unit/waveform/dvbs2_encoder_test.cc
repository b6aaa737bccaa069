#include "depinsat/waveform/dvbs2_encoder.h"

#include "depinsat/framing/bbframe.h"
#include "depinsat/framing/pl_scrambler.h"
#include "depinsat/framing/plframe.h"
#include "depinsat/modulation/constellation.h"
#include "depinsat/modulation/interleaver.h"
#include "dvbs2_vectors.h"

#include <algorithm>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using namespace depinsat::framing;
using namespace depinsat::test;
using waveform::Dvbs2Encoder;
using waveform::Dvbs2FrameToSend;

namespace {

Dvbs2FrameToSend golden_frame(const Dvbs2Chain& chain)
{
    const auto bbframe = read_dvbs2_vector<uint8_t>(chain.name + std::string(".bbframe.bin"));
    Dvbs2FrameToSend frame;
    frame.modcod =
        &find_modcod(chain.modcod, chain.short_frame ? FrameSize::kShort : FrameSize::kNormal);
    frame.pilots = chain.pilots;
    frame.header = decode_bbheader(std::span(bbframe).first<kBbHeaderBytes>()).value();
    frame.data_field.assign(bbframe.begin() + kBbHeaderBytes,
                            bbframe.begin() + kBbHeaderBytes +
                                frame.header.data_field_bits / 8);
    return frame;
}

Dvbs2FrameToSend counting_frame(const Modcod& modcod, bool pilots, size_t bytes)
{
    Dvbs2FrameToSend frame;
    frame.modcod = &modcod;
    frame.pilots = pilots;
    frame.header.isi = 42;
    frame.data_field.resize(bytes);
    std::iota(frame.data_field.begin(), frame.data_field.end(), uint8_t(1));
    return frame;
}

/// Labels of the nearest points: some of 256APSK lie so near to each other that LLRs round to
/// 0.
std::vector<Llr> hard_decisions(const Modcod& modcod, std::span<const Sample> symbols)
{
    const auto& points = modulation::find_constellation(modcod.constellation).points;
    std::vector<Llr> bits;
    for (const Sample symbol : symbols) {
        const auto nearest = std::ranges::min_element(
            points, {}, [&](Sample point) { return std::norm(symbol - point); });
        for (unsigned bit = modcod.bits_per_symbol; bit-- > 0;)
            bits.push_back({int8_t((nearest - points.begin()) >> bit & 1 ? -1 : 1)});
    }
    return bits;
}

/// The BBFRAME in a noiseless PLFRAME, still scrambled: the codes are systematic.
std::vector<uint8_t>
bbframe_in(const Modcod& modcod, bool pilots, unsigned n, std::span<const Sample> plframe)
{
    std::vector<Sample> payload(plframe.begin() + kPlHeaderSymbols, plframe.end());
    PlScrambler(n).descramble(payload, payload);
    std::vector<Sample> xfecframe(modcod.slots * kSlotSymbols);
    if (pilots)
        remove_pilots(payload, xfecframe);
    else
        xfecframe = payload;
    std::vector<Llr> llrs(modcod.n_ldpc);
    modulation::BitInterleaver(modcod.bits_per_symbol, modcod.interleaver)
        .deinterleave(hard_decisions(modcod, xfecframe), llrs);
    std::vector<uint8_t> bbframe(modcod.k_bch / 8);
    for (size_t i = 0; i < modcod.k_bch; ++i)
        bbframe[i / 8] = uint8_t(bbframe[i / 8] << 1 | llrs[i].hard_bit());
    return bbframe;
}

double mean_power(std::span<const Sample> symbols)
{
    double power = 0;
    for (const Sample symbol : symbols)
        power += std::norm(symbol);
    return power / double(symbols.size());
}

/// Five standard deviations of the mean power of so many equally likely points; next to none
/// where all points lie on one ring.
double power_bound(std::string_view constellation, size_t symbols)
{
    const auto points = modulation::find_constellation(constellation).points;
    double variance = 0;
    for (const Sample point : points)
        variance += std::pow(std::norm(point) - 1.0, 2) / double(points.size());
    return 1e-5 + 5 * std::sqrt(variance / double(symbols));
}

} // namespace

BOOST_DATA_TEST_CASE(plframes_equal_the_golden_chain, bdata::make(kDvbs2Chains), chain)
{
    const auto expected = read_dvbs2_vector<Sample>(chain.name + std::string(".plframe.cf32"));
    Dvbs2Encoder encoder(0.20, chain.pl_scrambling_n);
    const auto plframe = encoder.encode(golden_frame(chain));
    BOOST_TEST(first_different_symbol(plframe, expected) == expected.size());
}

BOOST_AUTO_TEST_CASE(every_modcod_carries_its_data_field)
{
    constexpr unsigned kN = 8;
    Dvbs2Encoder encoder(0.25, kN);
    for (const auto& modcod : modcods())
        for (const bool pilots : {false, true}) {
            const auto frame = counting_frame(modcod, pilots, modcod.data_field_bytes());
            const auto plframe = encoder.encode(frame);
            BOOST_TEST_CONTEXT(modcod.name << " " << to_string(modcod.frame_size))
            {
                BOOST_TEST(plframe.size() == plframe_symbols(modcod.slots, pilots));
                BOOST_TEST(std::abs(mean_power(plframe) - 1) <
                           power_bound(modcod.constellation, plframe.size()));
                const auto pls = plframe.subspan<kSofSymbols, kPlsSymbols>();
                BOOST_TEST(decode_pls(pls, PlsSet::kS2AndS2x).pls_code ==
                           modcod.pls_code + pilots);
                auto bbframe = bbframe_in(modcod, pilots, kN, plframe);
                const auto parsed = parse_bbframe(bbframe);
                BOOST_REQUIRE(parsed.has_value());
                BOOST_TEST(parsed->header.rolloff_code == 1);
                BOOST_TEST(parsed->header.isi == 42);
                BOOST_TEST(first_difference<uint8_t>(parsed->data_field, frame.data_field) ==
                           frame.data_field.size());
            }
        }
}

BOOST_AUTO_TEST_CASE(low_roll_offs_are_signalled_in_turn_with_their_flag)
{
    const auto& modcod = find_modcod("qpsk_1-2", FrameSize::kShort);
    Dvbs2Encoder encoder(0.10, 0);
    for (const int expected : {3, 1, 3, 1}) {
        auto bbframe =
            bbframe_in(modcod, true, 0, encoder.encode(counting_frame(modcod, true, 100)));
        const auto parsed = parse_bbframe(bbframe);
        BOOST_REQUIRE(parsed.has_value());
        BOOST_TEST(parsed->header.rolloff_code == expected);
    }
}

BOOST_DATA_TEST_CASE(a_shorter_data_field_is_padded, bdata::make({0, 1, 100}), bytes)
{
    const auto& modcod = find_modcod("8psk_2-3", FrameSize::kShort);
    const auto frame = counting_frame(modcod, true, size_t(bytes));
    Dvbs2Encoder encoder(0.35, 0);
    auto bbframe = bbframe_in(modcod, true, 0, encoder.encode(frame));
    const auto parsed = parse_bbframe(bbframe);
    BOOST_REQUIRE(parsed.has_value());
    BOOST_TEST(parsed->header.rolloff_code == 0);
    BOOST_TEST(parsed->header.data_field_bits == 8 * bytes);
    BOOST_TEST((std::vector(parsed->data_field.begin(), parsed->data_field.end()) ==
                frame.data_field));
    for (size_t i = kBbHeaderBytes + size_t(bytes); i < bbframe.size(); ++i)
        BOOST_REQUIRE_EQUAL(bbframe[i], 0);
}

BOOST_AUTO_TEST_CASE(the_dummy_plframe_is_unmodulated_and_scrambled)
{
    const Dvbs2Encoder encoder(0.20, 1);
    const auto dummy = encoder.dummy();
    BOOST_REQUIRE_EQUAL(dummy.size(), 3330u);
    BOOST_TEST(mean_power(dummy) == 1, boost::test_tools::tolerance(1e-6));
    const auto decision = decode_plheader(dummy.first<kPlHeaderSymbols>());
    BOOST_TEST(decision.pls_code == kDummyPlsCode);
    std::vector<Sample> payload(dummy.begin() + kPlHeaderSymbols, dummy.end());
    PlScrambler(1).descramble(payload, payload);
    for (const Sample symbol : payload)
        BOOST_REQUIRE((symbol == kUnmodulated));
}

BOOST_AUTO_TEST_CASE(a_frame_does_not_depend_on_the_one_before)
{
    const auto& qpsk = find_modcod("qpsk_1-4", FrameSize::kNormal);
    const auto& psk8 = find_modcod("8psk_9-10", FrameSize::kNormal);
    Dvbs2Encoder used(0.20, 0), fresh(0.20, 0);
    used.encode(counting_frame(psk8, true, psk8.data_field_bytes()));
    const auto frame = counting_frame(qpsk, false, 10);
    const auto expected = fresh.encode(frame);
    BOOST_TEST(first_difference(used.encode(frame), expected) == expected.size());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_sent_is_refused)
{
    BOOST_CHECK_THROW(Dvbs2Encoder(0.3, 0), std::invalid_argument);
    BOOST_CHECK_THROW(Dvbs2Encoder(0.04, 0), std::invalid_argument);
    BOOST_CHECK_THROW(Dvbs2Encoder(0.2, 262142), std::invalid_argument);
    Dvbs2Encoder encoder(0.20, 0);
    BOOST_CHECK_THROW(encoder.encode(Dvbs2FrameToSend{}), std::invalid_argument);
    const auto& modcod = find_modcod("qpsk_1-2", FrameSize::kShort);
    BOOST_CHECK_NO_THROW(encoder.encode(counting_frame(modcod, true, 869)));
    BOOST_CHECK_THROW(encoder.encode(counting_frame(modcod, true, 870)), std::invalid_argument);
}
