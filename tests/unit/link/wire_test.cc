#include "depinsat/link/wire.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <vector>

using namespace depinsat::link;

namespace {

using Bytes = std::vector<uint8_t>;

constexpr uint64_t kSentEnd = 0x1000000; ///< counters up to 0xFFFFFF were sent

std::optional<Item> read(const Bytes& bytes, uint64_t sent_end = kSentEnd)
{
    std::span<const uint8_t> items = bytes;
    auto item = read_item(items, sent_end);
    return items.empty() ? item : std::nullopt;
}

} // namespace

BOOST_AUTO_TEST_CASE(headers_have_the_bytes_of_the_document)
{
    Bytes out(2);
    write_packet_header({PacketType::kData, 0x1234}, std::span(out).first<2>());
    BOOST_TEST(out == Bytes({0x92, 0x34}));
    const auto header = read_packet_header(out);
    BOOST_TEST((header->type == PacketType::kData));
    BOOST_TEST(header->index == 0x1234);
    BOOST_TEST(!read_packet_header(Bytes{0xC0, 0}).has_value());
    BOOST_TEST(!read_packet_header(Bytes{0x80}).has_value());
}

BOOST_AUTO_TEST_CASE(segments_have_the_bytes_of_the_document)
{
    const Bytes data{0xAA, 0xBB};
    Bytes out(8);
    BOOST_TEST(write_segment({0x1234, 0, true, true, Class::kBulk, 7, data}, out) == 8u);
    BOOST_TEST(out == Bytes({0xFA, 0x12, 0x34, 7, 0, 2, 0xAA, 0xBB}));
    BOOST_TEST(write_segment({0x1234, 0xFFFF8, true, false, {}, 0, data}, out) == 8u);
    BOOST_TEST(out == Bytes({0xBF, 0xFF, 0xF0, 0x02, 0x12, 0x34, 0xAA, 0xBB}));
    const auto item = read(out);
    BOOST_TEST_REQUIRE(item.has_value());
    const auto& segment = std::get<Segment>(*item);
    BOOST_TEST(segment.offset == 0xFFFF8u);
    BOOST_TEST(segment.message_id == 0x1234u);
    BOOST_TEST(segment.last);
    BOOST_TEST(!segment.keyed);
    BOOST_TEST(segment.bytes.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_clean_acknowledgement_has_five_bytes)
{
    Ack ack;
    ack.count = 1;
    ack.ranges[0] = {0x0A0B00, 0x0A0B7F};
    Bytes out(7);
    BOOST_TEST(write_ack(ack, out) == 5u);
    out.resize(5);
    BOOST_TEST(out == Bytes({0x10, 0x0A, 0x0B, 0x7F, 0x7F}));
}

BOOST_AUTO_TEST_CASE(acknowledgements_are_read_as_written)
{
    std::mt19937 random(1);
    for (size_t count = 1; count <= kMaxAckRanges; ++count) {
        Ack ack;
        ack.count = count;
        uint32_t at = 0xFFFFFF;
        for (size_t i = 0; i < count; ++i) {
            const uint32_t last = at, first = last - random() % (i % 2 ? 100 : 65536);
            ack.ranges[i] = {first, last};
            at = first - 2 - random() % (i % 3 ? 100 : 65536);
        }
        Bytes out(1000);
        out.resize(write_ack(ack, out));
        const auto item = read(out);
        BOOST_TEST_REQUIRE(item.has_value());
        const Ack& read_back = std::get<Ack>(*item);
        BOOST_TEST_REQUIRE(read_back.count == count);
        for (size_t i = 0; i < count; ++i) {
            BOOST_TEST(read_back.ranges[i].first == ack.ranges[i].first);
            BOOST_TEST(read_back.ranges[i].last == ack.ranges[i].last);
        }
        for (size_t size = 0; size < out.size(); ++size)
            BOOST_TEST(!read({out.begin(), out.begin() + std::ptrdiff_t(size)}).has_value());
        for (size_t room = 16; room < out.size(); ++room) { // the lower ranges are left out
            Bytes shorter(room);
            shorter.resize(write_ack(ack, shorter));
            const auto cut = read(shorter);
            BOOST_TEST_REQUIRE(cut.has_value());
            BOOST_TEST(std::get<Ack>(*cut).count < count);
            BOOST_TEST(std::get<Ack>(*cut).ranges[0].first == ack.ranges[0].first);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_largest_counter_is_the_latest_with_its_bits)
{
    const Bytes ack{0x10, 0x00, 0x00, 0x05, 0};
    const auto last = [&](uint64_t sent_end) {
        const auto item = read(ack, sent_end);
        return item ? int64_t(std::get<Ack>(*item).ranges[0].last) : -1;
    };
    BOOST_TEST(last(0) == -1);
    BOOST_TEST(last(5) == -1); // of a packet that was not sent
    BOOST_TEST(last(6) == 5);
    BOOST_TEST(last(0x1000000) == 5);
    BOOST_TEST(last(0x1000005) == 5);
    BOOST_TEST(last(0x1000006) == 0x1000005);
}

BOOST_AUTO_TEST_CASE(the_other_items_are_read_as_written)
{
    Bytes out(1);
    BOOST_TEST(write_ping({7}, out) == 1u);
    BOOST_TEST(out == Bytes{0x07});
    BOOST_TEST(std::get<Ping>(read(out).value()).promise == 7);
    out.resize(3);
    BOOST_TEST(write_restart({0xABCD}, out) == 3u);
    BOOST_TEST(out == Bytes({0x20, 0xAB, 0xCD}));
    BOOST_TEST(std::get<Restart>(read(out).value()).message_id == 0xABCDu);
    BOOST_TEST(write_skip({0xABCD}, out) == 3u);
    BOOST_TEST(out == Bytes({0x30, 0xAB, 0xCD}));
    BOOST_TEST(std::get<Skip>(read(out).value()).message_id == 0xABCDu);
}

BOOST_AUTO_TEST_CASE(malformed_items_are_refused)
{
    const Bytes bad[] = {
        {},
        {0x21, 0, 0},                                           // restart with flags
        {0x31, 0, 0},                                           // skip with flags
        {0x20, 0},                                              // cut off
        {0x7F, 0, 0},                                           // unknown type
        {0x10, 0, 0, 1, 2},                                     // below counter 0
        {0x11, 0, 0, 9, 0, 8, 0},                               // likewise
        {0x11, 0, 0, 9, 0, 0, 8},                               //
        {0x1F, 64, 0, 0, 9, 0},                                 // too many ranges
        {0x10, 0, 0, 9, 0x80, 0x80, 0x80, 0x80, 0},             // a varint without end
        {0xE1, 0, 1, 7, 0, 0, 1},                               // a deadline, cut off
        {0x50, 0},                                              // late, cut off
        {0x54, 0, 0, 0, 0},                                     // an echo without a stamp
        {0x58, 0, 0, 0, 0, 0, 0, 0},                            // a wall clock without one
        {0x52, 0, 0, 0, 0},                                     // a stamp, cut off
        {0x5E, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6},    // likewise
        {0xCC, 0, 1, 7, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0},          // no class
        {0xC0, 0, 1, 7, 0, 0},                                  // empty, yet not last
        {0xE0, 0, 1, 7, 0, 2, 1},                               // cut off
        {0xC0, 0, 1, 7, 0, 1, 1},                               // not last, and no whole grains
        {0xE0, 0, 1, 7, 0x10, 0},                               // longer than a segment
        {0xA0, 0, 0, 1, 0, 1, 1},                               // later one at offset 0
        {0xA0, 0, 0x10, 0, 0, 1},                               // later one, empty
        {0xBF, 0xFF, 0xF0, 9, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, // beyond the longest message
    };
    for (const Bytes& bytes : bad)
        BOOST_TEST(!read(bytes).has_value(), "case " << &bytes - bad);
    BOOST_TEST(read({0xBF, 0xFF, 0xF0, 8, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1}).has_value());
}

BOOST_AUTO_TEST_CASE(random_items_never_read_beyond_their_end)
{
    std::mt19937 random(1);
    for (int i = 0; i < 200000; ++i) {
        Bytes bytes(random() % 64);
        for (auto& byte : bytes)
            byte = uint8_t(random());
        std::span<const uint8_t> items = bytes;
        while (!items.empty()) {
            const size_t before = items.size();
            const auto item = read_item(items, random());
            BOOST_TEST_REQUIRE(items.size() < before);
            if (!item)
                break;
        }
    }
}

BOOST_AUTO_TEST_CASE(receptions_have_the_bytes_of_the_document)
{
    Bytes out(3);
    BOOST_TEST(write_reception({12.34}, out) == 3u);
    BOOST_TEST(out == Bytes({0x40, 0x04, 0xD2}));
    BOOST_TEST(std::get<Reception>(read(out).value()).es_n0_db == 12.34);
    BOOST_TEST(write_reception({-2.5}, out) == 3u);
    BOOST_TEST(out == Bytes({0x40, 0xFF, 0x06}));
    BOOST_TEST(std::get<Reception>(read(out).value()).es_n0_db == -2.5);
    BOOST_TEST(!read({0x41, 0, 0}).has_value());       // flags
    BOOST_TEST(!read({0x40, 0}).has_value());          // cut off
    BOOST_TEST(!read({0x40, 0x27, 0x11}).has_value()); // beyond 100 dB
    BOOST_TEST(!read({0x40, 0xD8, 0xEF}).has_value());
}

BOOST_AUTO_TEST_CASE(link_time_has_the_bytes_of_the_document)
{
    Bytes out(kMaxLinkTimeBytes);
    BOOST_TEST(write_link_time({.question = true}, out) == 1u);
    BOOST_TEST(out[0] == 0x51);
    const LinkTime all{true, LinkTime::Stamp{0x01020304, 5}, LinkTime::Echo{0x0607, 0x0809},
                       LinkTime::Wall{0x0A0B0C0D0E0F, 0xFF}};
    BOOST_TEST(write_link_time(all, out) == kMaxLinkTimeBytes);
    BOOST_TEST(out == Bytes({0x5F, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0xFF}));
    const auto time = std::get<LinkTime>(read(out).value());
    BOOST_TEST(time.question);
    BOOST_TEST(time.stamp->at == 0x01020304u);
    BOOST_TEST(time.stamp->error == 5);
    BOOST_TEST(time.echo->counter == 0x0607);
    BOOST_TEST(time.echo->held == 0x0809);
    BOOST_TEST(time.wall->at == 0x0A0B0C0D0E0Fu);
    BOOST_TEST(time.wall->error == 0xFF);
    out.resize(kLateBytes);
    BOOST_TEST(write_late({0xABCD}, out) == kLateBytes);
    BOOST_TEST(out == Bytes({0x50, 0xAB, 0xCD}));
    BOOST_TEST(std::get<Late>(read(out).value()).message_id == 0xABCDu);
}

BOOST_AUTO_TEST_CASE(a_deadline_stands_behind_the_length)
{
    const Bytes data{0xAA, 0xBB};
    Bytes out(10);
    const Segment segment{0x1234, 0, true, false, Class::kDuty, 7, data, 0x5678};
    BOOST_TEST(write_segment(segment, out) == 10u);
    BOOST_TEST(out == Bytes({0xE3, 0x12, 0x34, 7, 0, 2, 0x56, 0x78, 0xAA, 0xBB}));
    const auto item = read(out);
    BOOST_TEST(std::get<Segment>(item.value()).deadline.value() == 0x5678u);
    BOOST_TEST(segment_header_bytes(segment) == 8u);
}
