#include "gr-depinsat/lib/received_bytes.h"

#include "gr-depinsat/lib/gse_packer.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using blocks::FrameReport;
using blocks::GsePacker;
using blocks::ReceivedBytes;

namespace {

waveform::Dvbs2ReceivedFrame frame(uint64_t sequence, std::span<const uint8_t> bytes)
{
    waveform::Dvbs2ReceivedFrame received{};
    received.sequence = sequence;
    received.data_field = bytes;
    return received;
}

} // namespace

BOOST_AUTO_TEST_CASE(bytes_come_out_in_any_pieces_with_their_reports)
{
    ReceivedBytes received;
    const std::vector<uint8_t> first{1, 2, 3}, second{4, 5};
    received.add(frame(0, first));
    received.add(frame(1, {})); // failed
    received.add(frame(2, second));

    std::vector<uint8_t> out(4);
    FrameReport report;
    BOOST_TEST(received.take(out) == 4);
    BOOST_TEST(out == (std::vector<uint8_t>{1, 2, 3, 4}), boost::test_tools::per_element());
    for (const auto& [sequence, offset, bytes] :
         {std::tuple(0, 0, 3), std::tuple(1, 3, 0), std::tuple(2, 3, 2)}) {
        BOOST_REQUIRE(received.next_report(report));
        BOOST_TEST(report.frame.sequence == uint64_t(sequence));
        BOOST_TEST(report.offset == uint64_t(offset));
        BOOST_TEST(report.bytes == size_t(bytes));
    }
    BOOST_TEST(!received.next_report(report));
    BOOST_TEST(!received.empty());
    BOOST_TEST(received.take(out) == 1);
    BOOST_TEST(received.empty());
    BOOST_TEST(received.take(out) == 0);
}

BOOST_AUTO_TEST_CASE(offsets_of_reports_count_from_the_bytes_they_come_with)
{
    ReceivedBytes received;
    std::vector<uint8_t> out(4);
    FrameReport report;
    for (int round = 0; round < 3; ++round) {
        received.add(frame(0, std::vector<uint8_t>(3)));
        received.add(frame(1, std::vector<uint8_t>(3)));
        BOOST_TEST(received.take(out) == 4);
        for (const uint64_t offset : {0, 3}) {
            BOOST_REQUIRE(received.next_report(report));
            BOOST_TEST(report.offset == offset);
        }
        BOOST_TEST(!received.next_report(report));
        BOOST_TEST(received.take(out) == 2);
        BOOST_TEST(!received.next_report(report));
    }
}

BOOST_AUTO_TEST_CASE(failed_frames_that_nothing_follows_take_bounded_memory)
{
    ReceivedBytes received;
    for (uint64_t i = 0; i < 10 * ReceivedBytes::kMaxReports; ++i)
        received.add(frame(i, {}));
    FrameReport report;
    BOOST_TEST(!received.next_report(report));
    const std::vector<uint8_t> bytes{1};
    received.add(frame(10 * ReceivedBytes::kMaxReports, bytes));
    size_t reports = 0;
    std::vector<uint8_t> out(4);
    BOOST_TEST(received.take(out) == 1);
    while (received.next_report(report))
        ++reports;
    BOOST_TEST(reports == ReceivedBytes::kMaxReports);
    BOOST_TEST(report.frame.sequence == 10 * ReceivedBytes::kMaxReports);
}

BOOST_AUTO_TEST_CASE(pdus_fill_data_fields_whole)
{
    GsePacker packer(20, 0x0800);
    BOOST_TEST(!packer.add({}));
    BOOST_TEST(!packer.add(std::vector<uint8_t>(17)));
    BOOST_TEST(packer.add(std::vector<uint8_t>(16, 1)));
    BOOST_TEST(packer.add(std::vector<uint8_t>(6, 2)));
    BOOST_TEST(packer.add(std::vector<uint8_t>(6, 3)));

    std::vector<uint8_t> field(20, 0xFF);
    BOOST_TEST(packer.fill(field));
    BOOST_TEST(field[4] == 1);
    BOOST_TEST(field[19] == 1);
    BOOST_TEST(packer.fill(field));
    BOOST_TEST(field[4] == 2);
    BOOST_TEST(field[14] == 3);
    BOOST_TEST(!packer.fill(field));
    BOOST_TEST(field == std::vector<uint8_t>(20), boost::test_tools::per_element());

    for (size_t i = 0; i < GsePacker::kMaxPdus; ++i)
        BOOST_TEST(packer.add({1}));
    BOOST_TEST(!packer.add({1}));
}
