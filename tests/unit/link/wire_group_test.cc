// The wire format of groups: what docs/protocol.md prints, and what is refused.
#include "group_world.h"

#include "object_plan.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::link;
using namespace depinsat::link::test;

BOOST_AUTO_TEST_CASE(items_are_the_bytes_of_the_document)
{
    Bytes object(kObjectItemBytes);
    ObjectItem item{Class::kBulk, true, 0x123, 7, 1000, 100, 4, 0x01020304, {}};
    item.digest.fill(0xEE);
    write_object_item(item, object);
    const Bytes expected{0x72, 0xB1, 0x23, 0x07, 0x00, 0x03, 0xE8, 0x00, 0x19, 0x04,
                         0x01, 0x02, 0x03, 0x04, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE,
                         0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE};
    BOOST_TEST((object == expected));
    Bytes message(kMessageHeaderBytes + 2);
    write_message_item({Class::kDuty, false, 7, 0x01020304, Bytes{0xAA, 0xBB}}, message);
    BOOST_TEST(
        (message == Bytes{0x73, 0x20, 0x07, 0x01, 0x02, 0x03, 0x04, 0x00, 0x02, 0xAA, 0xBB}));
    Bytes symbols(kSymbolsHeaderBytes);
    write_symbols_header(0x123, symbols);
    BOOST_TEST((symbols == Bytes{0x61, 0x23}));
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_and_every_shorter_piece_is_refused)
{
    Bytes batch(kBatchHeaderBytes + 3 * kPacketHashBytes);
    write_batch({9, {1, 2, 3}, Bytes(12, 5)}, batch);
    Bytes message(kMessageHeaderBytes + 2);
    write_message_item({Class::kDuty, true, 7, 1, Bytes{1, 2}}, message);
    Bytes object(kObjectItemBytes);
    write_object_item({Class::kBulk, true, 5, 7, 1000, 100, 4, 9, {}}, object);
    Bytes signature(kSignatureItemBytes);
    write_signature(std::span<const uint8_t, kSignatureBytes>(Bytes(kSignatureBytes)),
                    signature);
    for (const Bytes& item : {batch, message, object, signature})
        for (size_t length = 0; length <= item.size(); ++length) {
            auto rest = std::span(item).first(length);
            BOOST_TEST(read_group_item(rest).has_value() == (length == item.size()));
            BOOST_TEST((length != item.size() || rest.empty()));
        }
}

BOOST_AUTO_TEST_CASE(enough_symbols_are_planned_and_not_many_more)
{
    BOOST_TEST(symbols_to_send(1000, 0) == 1000u);
    BOOST_TEST(symbols_to_send(1, 0.1) == 4u); // 0.1^4 is 1e-4
    BOOST_TEST(copies_to_send(0.1) == 4u);
    BOOST_TEST(copies_to_send(0) == 1u);
    // 1298 of n, n (1 - p) - 3.72 deviations
    const uint32_t sent = symbols_to_send(1298, 0.1);
    BOOST_TEST(sent >= 1485u);
    BOOST_TEST(sent <= 1495u);
    BOOST_TEST(symbols_to_send(8000, 0.3) > 11650u);
    BOOST_TEST(symbols_to_send(8000, 0.3) < 11900u);
}

BOOST_AUTO_TEST_CASE(symbols_fit_what_a_packet_of_the_frame_holds)
{
    const auto alone = shape_of_object(1000000, 800, false);
    BOOST_TEST_REQUIRE(alone.has_value());
    BOOST_TEST(alone->symbol_bytes == 772u);
    BOOST_TEST(alone->packet_symbols == 1u);
    const auto shared = shape_of_object(1000000, 800, true);
    BOOST_TEST(shared->symbol_bytes == 192u);
    BOOST_TEST(shared->packet_symbols == 4u);
    const auto two_packets = shape_of_object(1000000, 8000, false);
    BOOST_TEST(two_packets->symbol_bytes > 3900u);
    BOOST_TEST(!shape_of_object(1 << 20, 128, false).has_value());
    BOOST_TEST(!shape_of_object(1000, 125, false).has_value());
    BOOST_TEST(shape_of_object(800, 800, false)->symbol_bytes == 400u);
}
