#include "depinsat/link/wire.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <vector>

using namespace depinsat::link;

namespace {

using Bytes = std::vector<uint8_t>;

std::optional<Item> read(const Bytes& bytes)
{
    std::span<const uint8_t> items = bytes;
    auto item = read_item(items);
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
    Bytes out(9);
    BOOST_TEST(write_segment({0x123456, 0, true, Class::kBulk, 7, data}, out) == 9u);
    BOOST_TEST(out == Bytes({0x57, 0x12, 0x34, 0x56, 7, 0, 2, 0xAA, 0xBB}));
    out.resize(10);
    BOOST_TEST(write_segment({1, 0xABCDE, false, Class::kControl, 0, data}, out) == 10u);
    BOOST_TEST(out == Bytes({0x40, 0, 0, 1, 0xAB, 0xCD, 0xE0, 0x02, 0xAA, 0xBB}));
    const auto item = read(out);
    BOOST_TEST_REQUIRE(item.has_value());
    const auto& segment = std::get<Segment>(*item);
    BOOST_TEST(segment.offset == 0xABCDEu);
    BOOST_TEST(!segment.last);
    BOOST_TEST((segment.message_class == Class::kControl));
    BOOST_TEST(segment.bytes.size() == 2u);
}

BOOST_AUTO_TEST_CASE(acknowledgements_are_read_as_written)
{
    std::mt19937 random(1);
    for (size_t count = 1; count <= kMaxAckRanges; ++count) {
        Ack ack;
        ack.count = count;
        uint32_t at = 0xFFFFFFFF;
        for (size_t i = 0; i < count; ++i) {
            const uint32_t last = at, first = last - random() % 65536;
            ack.ranges[i] = {first, last};
            at = first - 2 - random() % 65536;
        }
        Bytes out(ack.bytes());
        BOOST_TEST(write_ack(ack, out) == out.size());
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
    }
}

BOOST_AUTO_TEST_CASE(the_other_items_are_read_as_written)
{
    Bytes out(1);
    BOOST_TEST(write_ping(out) == 1u);
    BOOST_TEST(std::holds_alternative<Ping>(read(out).value()));
    out.resize(4);
    BOOST_TEST(write_restart({0xABCDEF}, out) == 4u);
    BOOST_TEST(std::get<Restart>(read(out).value()).message_id == 0xABCDEFu);
}

BOOST_AUTO_TEST_CASE(malformed_items_are_refused)
{
    BOOST_TEST(!read({}).has_value());
    BOOST_TEST(!read({0x01}).has_value());          // ping with flags
    BOOST_TEST(!read({0x61, 0, 0, 0}).has_value()); // restart with flags
    BOOST_TEST(!read({0x80}).has_value());          // unknown types
    BOOST_TEST(!read({0xE0}).has_value());
    BOOST_TEST(!read({0x20, 0, 0, 0, 1, 0, 2}).has_value()); // below counter 0
    BOOST_TEST(!read({0x21, 0, 0, 0, 9, 0, 0, 0, 9, 0, 0}).has_value());
    BOOST_TEST(!read({0x5A, 0, 0, 1, 7, 0, 1, 1}).has_value());    // no class
    BOOST_TEST(!read({0x42, 0, 0, 1, 7, 0, 0}).has_value());       // empty, yet not last
    BOOST_TEST(!read({0x42, 0, 0, 1, 7, 0, 2, 1}).has_value());    // cut off
    BOOST_TEST(!read({0x43, 0, 0, 1, 7, 0x10, 0}).has_value());    // longer than a segment
    BOOST_TEST(!read({0x40, 0, 0, 1, 0, 0, 0, 1, 1}).has_value()); // later one at offset 0
    BOOST_TEST(!read({0x40, 0, 0, 1, 0xFF, 0xFF, 0xF0, 2, 1, 1}).has_value()); // beyond the end
    BOOST_TEST(read({0x40, 0, 0, 1, 0xFF, 0xFF, 0xF0, 1, 1}).has_value());
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
            const auto item = read_item(items);
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
    BOOST_TEST(out == Bytes({0x80, 0x04, 0xD2}));
    BOOST_TEST(std::get<Reception>(read(out).value()).es_n0_db == 12.34);
    BOOST_TEST(write_reception({-2.5}, out) == 3u);
    BOOST_TEST(out == Bytes({0x80, 0xFF, 0x06}));
    BOOST_TEST(std::get<Reception>(read(out).value()).es_n0_db == -2.5);
    BOOST_TEST(!read({0x81, 0, 0}).has_value());       // flags
    BOOST_TEST(!read({0x80, 0}).has_value());          // cut off
    BOOST_TEST(!read({0x80, 0x27, 0x11}).has_value()); // beyond 100 dB
    BOOST_TEST(!read({0x80, 0xD8, 0xEF}).has_value());
    BOOST_TEST(!read({0xA0, 0, 0}).has_value()); // unknown type
}
