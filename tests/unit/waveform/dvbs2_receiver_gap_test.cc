#include "unit/waveform/dvbs2_capture.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::waveform;
using namespace depinsat::waveform::test;

namespace {

constexpr size_t kDelay = 32; // samples, of the transmitter's filter

CaptureSpec spec_of(bool pilots)
{
    CaptureSpec spec{.pilots = pilots, .frames = 24, .es_n0_db = 3, .offset = 0.07};
    spec.phase = 1;
    return spec;
}

/// The capture without samples [from, from + lost), of which the receiver is told.
Reception receive_with_gap(const CaptureSpec& spec, size_t from, size_t lost, size_t told)
{
    const auto samples = impair(spec, clean_capture(spec));
    Reception reception;
    Dvbs2Receiver receiver(receiver_config(spec), [&](const Dvbs2ReceivedFrame& frame) {
        reception.frames.push_back({frame, {frame.data_field.begin(), frame.data_field.end()}});
    });
    receiver.process(std::span(samples).first(from));
    receiver.lost(told);
    receiver.process(std::span(samples).subspan(from + lost));
    receiver.flush();
    reception.stats = receiver.stats();
    return reception;
}

} // namespace

BOOST_DATA_TEST_CASE(a_gap_costs_the_frames_that_it_touches_and_the_time_stays_true,
                     boost::unit_test::data::make({true, false}) *
                         boost::unit_test::data::make<size_t>({1, 500, 16800, 40001, 100000}) *
                         boost::unit_test::data::make<size_t>({700, 8000}),
                     pilots,
                     lost,
                     place)
{
    const auto spec = spec_of(pilots);
    const size_t length = 2 * frame_symbols(spec);
    const size_t from = 8 * length + kDelay + place; // within frame 8
    const auto reception = receive_with_gap(spec, from, lost, lost);
    const auto first_whole = (from + lost - kDelay + length - 1) / length;
    BOOST_TEST(reception.good(spec, 0, 8) == 8u);
    BOOST_TEST(reception.good(spec, first_whole, spec.frames) == spec.frames - first_whole);
    BOOST_TEST(reception.stats.frames == reception.good(spec, 0, spec.frames));
    BOOST_TEST(reception.stats.failed_frames == 1u);
    BOOST_TEST(reception.stats.gaps == 1u);
    BOOST_TEST(reception.stats.locked);
    uint64_t sequence = 0;
    for (const auto& [frame, data] : reception.frames) {
        BOOST_TEST(frame.sequence == sequence++);
        if (frame.sequence == 8) {
            BOOST_TEST((frame.failure == Dvbs2Failure::kGap));
            BOOST_TEST(frame.modcod->name == spec.modcod);
            BOOST_TEST(data.empty());
        }
        const uint64_t index = frame.sequence == 8 ? 8 : index_of(data);
        const double sent = double(index * length + kDelay);
        BOOST_TEST(std::abs(double(frame.first_sample) - sent) <= 1);
    }
}

BOOST_AUTO_TEST_CASE(a_gap_of_unknown_length_counts_no_samples)
{
    const auto spec = spec_of(true);
    const size_t length = 2 * frame_symbols(spec), lost = 12345;
    const auto reception = receive_with_gap(spec, 8 * length + 1000, lost, 0);
    BOOST_TEST(reception.good(spec, 10, spec.frames) == spec.frames - 10);
    const auto& [frame, data] = reception.frames.back();
    const double sent = double(index_of(data) * length + kDelay - lost);
    BOOST_TEST(std::abs(double(frame.first_sample) - sent) <= 1);
}

BOOST_AUTO_TEST_CASE(gaps_before_the_first_frame_and_one_after_another_are_survived)
{
    const auto spec = spec_of(true);
    const auto samples = impair(spec, clean_capture(spec));
    std::vector<uint64_t> indices;
    Dvbs2Receiver receiver(receiver_config(spec), [&](const Dvbs2ReceivedFrame& frame) {
        if (frame.failure == Dvbs2Failure::kNone)
            indices.push_back(index_of(frame.data_field));
    });
    receiver.lost(5);
    receiver.process(std::span(samples).first(3000));
    receiver.lost(0);
    receiver.lost(0);
    receiver.process(std::span(samples).subspan(3000));
    receiver.flush();
    BOOST_TEST(indices.size() >= spec.frames - 1);
    BOOST_TEST(indices.back() == spec.frames - 1);
    BOOST_TEST(receiver.stats().gaps == 3u);
}

BOOST_AUTO_TEST_CASE(input_behind_the_end_is_received_as_behind_a_gap)
{
    const auto spec = spec_of(true);
    const auto samples = impair(spec, clean_capture(spec));
    std::vector<uint64_t> indices;
    Dvbs2Receiver receiver(receiver_config(spec), [&](const Dvbs2ReceivedFrame& frame) {
        BOOST_TEST((frame.failure == Dvbs2Failure::kNone));
        indices.push_back(index_of(frame.data_field));
    });
    for (const size_t frames : {24, 48}) {
        receiver.process(samples);
        receiver.flush();
        receiver.flush();
        BOOST_TEST(indices.size() >= frames - 1);
        BOOST_TEST(indices.back() == 23u);
        BOOST_TEST(receiver.stats().locked);
    }
    BOOST_TEST(receiver.stats().gaps == 0u);
}
