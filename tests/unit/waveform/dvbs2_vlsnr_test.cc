#include "depinsat/framing/plframe.h"
#include "depinsat/framing/plheader.h"
#include "depinsat/framing/vlsnr.h"
#include "depinsat/modulation/pulse_shaper.h"
#include "depinsat/waveform/dvbs2_encoder.h"
#include "dvbs2_vectors.h"
#include "unit/waveform/dvbs2_vlsnr_capture.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <limits>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using namespace depinsat::waveform;
using namespace depinsat::waveform::test;
using framing::FrameSize;
using framing::Modcod;

namespace {

const Modcod& sf2()
{
    return framing::find_modcod("bpsk_1-5_sf2", FrameSize::kShort);
}

/// A golden frame of gr-dtv: its BBFRAME, and its symbols behind the PLHEADER.
struct GoldenFrame {
    std::vector<uint8_t> bbframe;
    std::vector<Sample> payload;

    explicit GoldenFrame(const Modcod& modcod)
    {
        using depinsat::test::read_dvbs2_vector;
        const std::string name = "vlsnr_" + std::string(modcod.name) + "_" +
                                 std::string(to_string(modcod.frame_size));
        bbframe = read_dvbs2_vector<uint8_t>(name + ".bbframe.bin");
        payload.resize(framing::payload_symbols(modcod.slots, true));
        const auto quadrants = read_dvbs2_vector<uint8_t>(name + ".quadrants.bin");
        for (size_t i = 0; i < payload.size(); ++i) {
            const unsigned signs = quadrants.at(i / 4) >> (6 - 2 * (i % 4)) & 3;
            payload[i] = framing::kUnmodulated;
            payload[i] = {payload[i].real() * (signs & 2 ? -1.0f : 1.0f),
                          payload[i].imag() * (signs & 1 ? -1.0f : 1.0f)};
        }
    }
};

} // namespace

BOOST_DATA_TEST_CASE(frames_equal_those_of_gr_dtv,
                     bdata::xrange(framing::vlsnr_modcods().size()),
                     index)
{
    const Modcod& modcod = framing::vlsnr_modcods()[index];
    const GoldenFrame golden(modcod);
    Dvbs2FrameToSend frame;
    frame.modcod = &modcod;
    frame.header =
        framing::decode_bbheader(
            std::span<const uint8_t>(golden.bbframe).first<framing::kBbHeaderBytes>())
            .value();
    if (frame.header.data_field_bits % 8 != 0)
        return; // medium frames: this encoder sends whole bytes; the next test has them
    frame.data_field.assign(golden.bbframe.begin() + framing::kBbHeaderBytes,
                            golden.bbframe.end());
    Dvbs2Encoder encoder(0.20, 0);
    const auto plframe = encoder.encode(frame);
    BOOST_TEST(int(framing::decode_plheader(plframe.first<framing::kPlHeaderSymbols>(),
                                            framing::PlsSet::kS2AndS2x)
                       .pls_code) == (modcod.slots == 360 ? 129 : 131));
    const auto payload = plframe.subspan(framing::kPlHeaderSymbols);
    BOOST_TEST(depinsat::test::first_different_symbol(payload, golden.payload) ==
               payload.size());
}

BOOST_DATA_TEST_CASE(frames_of_gr_dtv_are_received,
                     bdata::xrange(framing::vlsnr_modcods().size()),
                     index)
{
    const Modcod& modcod = framing::vlsnr_modcods()[index];
    const GoldenFrame golden(modcod);
    std::vector<Sample> symbols(100);
    symbols.insert(symbols.end(), golden.payload.begin(), golden.payload.end());
    symbols.resize(symbols.size() + 100);
    std::vector<Sample> samples(2 * symbols.size());
    modulation::PulseShaper(2, 0.20).process(symbols, samples);
    channel::Awgn(modcod.ideal_esn0_db + 1, 2, 3).add_to(samples);
    const auto frames = received(samples, samples.size()).reception.frames;
    BOOST_REQUIRE(frames.size() == 1u);
    BOOST_TEST(frames[0].frame.modcod == &modcod);
    auto expected =
        std::vector(golden.bbframe.begin() + framing::kBbHeaderBytes, golden.bbframe.end());
    auto data = frames[0].data;
    BOOST_REQUIRE(data.size() == expected.size());
    if (const unsigned rest = frames[0].frame.header.data_field_bits % 8)
        data.back() &= uint8_t(0xFF00 >> rest); // what follows is parity
    BOOST_TEST(data == expected);
}

// The requirement: 99 % of the frames at the Es/N0 of the standard + 0.4 dB, header found. Here
// five of each form behind one that is cut; many more in the slow test.
BOOST_DATA_TEST_CASE(every_form_is_received_near_the_es_n0_of_the_standard,
                     bdata::xrange(framing::vlsnr_modcods().size()),
                     index)
{
    const Modcod& modcod = framing::vlsnr_modcods()[index];
    const CaptureSpec spec{.es_n0_db = modcod.ideal_esn0_db + 0.4,
                           .offset = index % 2 ? 0.004 : -0.004,
                           .clock_ppm = index % 3 ? 80.0 : -80.0,
                           .phase = 0.7 * double(index),
                           .dropped = 777};
    const auto [reception, headers] = received(impair(spec, sent({&modcod}, 6)), 100000);
    BOOST_TEST(headers == 5u);
    BOOST_TEST(reception.good(spec, 1, 6) == 5u);
    for (const auto& [frame, data] : reception.frames) {
        BOOST_TEST(frame.modcod == &modcod);
        BOOST_TEST(std::abs(frame.snr_db - spec.es_n0_db) < 1);
        BOOST_TEST(std::abs(frame.cfo_hz / 500e3 - spec.offset) < 2e-5);
    }
}

BOOST_AUTO_TEST_CASE(forms_of_both_lengths_and_other_frames_may_follow_each_other)
{
    std::vector<const Modcod*> modcods;
    for (const Modcod& modcod : framing::vlsnr_modcods())
        modcods.push_back(&modcod);
    modcods.insert(modcods.begin() + 3, &framing::find_modcod("qpsk_1-2", FrameSize::kShort));
    const CaptureSpec spec{.es_n0_db = 3, .offset = 0.002};
    const auto [reception, headers] = received(impair(spec, sent(modcods, 10)), 100000);
    BOOST_TEST(headers == 9u);
    BOOST_TEST(reception.good(spec, 0, 10) == 9u);
}

BOOST_AUTO_TEST_CASE(the_output_does_not_depend_on_how_the_input_was_cut)
{
    const CaptureSpec spec{.es_n0_db = -9, .offset = 0.001, .clock_ppm = 10};
    const auto samples = impair(spec, sent({&sf2()}, 2));
    const auto whole = received(samples, samples.size()), cut = received(samples, 997);
    BOOST_REQUIRE(whole.reception.frames.size() == 2u);
    BOOST_REQUIRE(cut.reception.frames.size() == 2u);
    for (size_t i = 0; i < 2; ++i) {
        const auto &a = whole.reception.frames[i], &b = cut.reception.frames[i];
        BOOST_TEST(a.data == b.data);
        BOOST_TEST(a.frame.snr_db == b.frame.snr_db);
        BOOST_TEST(a.frame.first_sample == b.frame.first_sample);
        BOOST_TEST(a.frame.cfo_hz == b.frame.cfo_hz);
    }
}

BOOST_AUTO_TEST_CASE(four_samples_a_symbol_serve_as_well)
{
    const CaptureSpec spec{.es_n0_db = -9, .offset = 0.001, .samples_per_symbol = 4};
    const auto samples = impair(spec, sent({&sf2()}, 2, 4));
    BOOST_TEST(received(samples, 10000, 4).reception.good(spec, 0, 2) == 2u);
}

BOOST_AUTO_TEST_CASE(noise_silence_and_what_is_not_a_number_hold_no_headers)
{
    std::vector<Sample> samples(150000);
    BOOST_TEST(received(samples, 4096).headers == 0u);
    channel::Awgn(0, 1, 5).add_to(samples);
    BOOST_TEST(received(samples, 4096).headers == 0u);
    std::fill(samples.begin() + 50000, samples.end(),
              Sample(std::numeric_limits<float>::quiet_NaN(), 1e30f));
    BOOST_TEST(received(samples, 4096).headers == 0u);
}

BOOST_AUTO_TEST_CASE(lock_and_numbers_are_told_and_lock_is_lost_in_noise)
{
    const CaptureSpec spec{.es_n0_db = -9, .offset = 0.002, .clock_ppm = 40};
    auto samples = impair(spec, sent({&sf2()}, 2));
    const auto receiver = make_frame_receiver({.max_iterations = 50, .vl_snr = true},
                                              [](const Dvbs2ReceivedFrame&) {});
    receiver->process(samples);
    BOOST_TEST(receiver->stats().locked);
    std::vector<Sample> noise(300000);
    channel::Awgn(-9, 2, 5).add_to(noise);
    receiver->process(noise);
    receiver->flush();
    const Dvbs2ReceiverStats& stats = receiver->stats();
    BOOST_TEST(!stats.locked);
    BOOST_TEST(stats.lock_losses == 1u);
    BOOST_TEST(stats.frames == 2u);
    BOOST_TEST(std::abs(stats.snr_db + 9) < 1);
    BOOST_TEST(std::abs(stats.cfo_hz - 0.002 * 500e3) < 10);
    BOOST_TEST(std::abs(stats.symbol_rate_error_ppm - 40) < 8);
    BOOST_TEST(receiver->constellation().size() == 1024u);
}

BOOST_AUTO_TEST_CASE(frames_on_both_sides_of_a_gap_come_out_and_the_one_in_it_fails)
{
    const size_t frame = 2 * framing::plframe_symbols(sf2().slots, true);
    const CaptureSpec spec{.es_n0_db = -8, .offset = 0.001};
    const auto samples = impair(spec, sent({&sf2()}, 5));
    const size_t from = 2 * frame + frame / 2, lost = frame / 4;
    std::vector<Dvbs2ReceivedFrame> frames;
    Dvbs2VlSnrReceiver receiver({.max_iterations = 50},
                                [&](const Dvbs2ReceivedFrame& f) { frames.push_back(f); });
    receiver.process(std::span(samples).first(from));
    receiver.lost(lost);
    receiver.process(std::span(samples).subspan(from + lost));
    receiver.flush();
    BOOST_REQUIRE(frames.size() == 5u);
    for (size_t i = 0; i < 5; ++i) {
        BOOST_TEST((frames[i].failure == (i == 2 ? Dvbs2Failure::kGap : Dvbs2Failure::kNone)));
        BOOST_TEST(std::abs(double(frames[i].first_sample) - double(i * frame) -
                            double(frames[0].first_sample)) < 3);
    }
    BOOST_TEST(receiver.stats().gaps == 1u);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused)
{
    const auto sink = [](const Dvbs2ReceivedFrame&) {
    };
    BOOST_CHECK_THROW(
        Dvbs2VlSnrReceiver({.sample_rate_hz = 1e6, .symbol_rate_baud = 1e6}, sink),
        std::invalid_argument);
    BOOST_CHECK_THROW(Dvbs2VlSnrReceiver({.max_iterations = 0}, sink), std::invalid_argument);
    BOOST_CHECK_THROW(Dvbs2VlSnrReceiver({.equaliser = true}, sink), std::invalid_argument);
    BOOST_CHECK_THROW(Dvbs2VlSnrReceiver({.iq_correction = true}, sink), std::invalid_argument);
    BOOST_CHECK_THROW(Dvbs2VlSnrReceiver({.rolloff = 0.4}, sink), std::invalid_argument);
    Dvbs2Encoder encoder(0.20, 0);
    Dvbs2FrameToSend frame;
    frame.modcod = &sf2();
    frame.pilots = false;
    BOOST_CHECK_THROW(encoder.encode(frame), std::invalid_argument);
}
