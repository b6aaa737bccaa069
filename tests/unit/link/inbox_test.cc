#include "link/inbox.h"

#include <boost/test/unit_test.hpp>
#include <numeric>

using namespace depinsat::link;
using Fate = Inbox::Fate;

namespace {

using Bytes = std::vector<uint8_t>;

const Bytes kContent = [] {
    Bytes bytes(1000);
    std::iota(bytes.begin(), bytes.end(), uint8_t(0));
    return bytes;
}();

Segment part(uint32_t id, uint32_t begin, uint32_t end, uint32_t size = 1000)
{
    const auto bytes = std::span(kContent).subspan(begin, end - begin);
    return {id, begin, end == size, false, Class::kBulk, 5, bytes};
}

struct Box {
    Inbox inbox;
    std::optional<Message> whole;
    Fate take(const Segment& segment, Time now = {}, std::optional<Time> deadline = {})
    {
        whole.reset();
        return inbox.take(segment, deadline, now, whole);
    }
};

Segment far_away(uint32_t id)
{
    return {id, kMaxMessageBytes - 2,        false, false, Class::kBulk,
            0,  std::span(kContent).first(1)};
}

} // namespace

BOOST_AUTO_TEST_CASE(pieces_in_any_order_and_overlapping_make_the_message)
{
    Box box;
    BOOST_TEST((box.take(part(3, 700, 1000)) == Fate::kTaken));
    BOOST_TEST((box.take(part(3, 100, 300)) == Fate::kTaken));
    BOOST_TEST((box.take(part(3, 200, 650)) == Fate::kTaken));
    BOOST_TEST((box.take(part(3, 650, 700)) == Fate::kTaken));
    BOOST_TEST(!box.whole.has_value());
    BOOST_TEST((box.take(part(3, 0, 100)) == Fate::kTaken));
    BOOST_TEST_REQUIRE(box.whole.has_value());
    BOOST_TEST(box.whole->bytes == kContent);
    BOOST_TEST(box.whole->kind == 5);
    BOOST_TEST((box.whole->message_class == Class::kBulk));
    BOOST_TEST(box.inbox.bytes() == 0u);
    BOOST_TEST((box.take(part(3, 0, 100)) == Fate::kDuplicate));
    BOOST_TEST(!box.whole.has_value());
}

BOOST_AUTO_TEST_CASE(contradictions_end_the_message)
{
    for (const Segment& contradiction : {part(1, 0, 400, 400), part(1, 0, 600, 600)}) {
        Box box;
        box.take(part(1, 0, 300));
        box.take(part(1, 400, 500, 500));
        BOOST_TEST((box.take(contradiction) == Fate::kForgotten));
        BOOST_TEST((box.take(part(1, 300, 400)) == Fate::kForgotten));
        BOOST_TEST(box.inbox.bytes() == 0u);
    }
}

BOOST_AUTO_TEST_CASE(memory_is_bounded_in_bytes_and_messages)
{
    Box box;
    for (uint32_t id = 0; id < 5000; ++id) {
        box.take(far_away(id)); // a megabyte for one byte
        BOOST_TEST_REQUIRE(box.inbox.bytes() <= kMaxUnfinishedBytes);
    }
    BOOST_TEST((box.take(part(0, 0, 10)) == Fate::kForgotten));
    Box small;
    for (uint32_t id = 0; id < 5000; ++id) {
        small.take(part(id, 0, 1), Time(id));
        BOOST_TEST_REQUIRE(small.inbox.bytes() <= kMaxUnfinishedMessages);
    }
    BOOST_TEST((small.take(part(5000 - kMaxUnfinishedMessages, 1, 2)) == Fate::kTaken));
    BOOST_TEST((small.take(part(4999 - kMaxUnfinishedMessages, 1, 2)) == Fate::kForgotten));
}

BOOST_AUTO_TEST_CASE(a_message_in_too_many_parts_is_forgotten)
{
    Box box;
    Fate fate = Fate::kTaken;
    for (uint32_t i = 0; i <= kMaxRangesOfMessage && fate == Fate::kTaken; ++i)
        fate = box.take(
            {1, 2 * i + 1, false, false, Class::kBulk, 0, std::span(kContent).first(1)});
    BOOST_TEST((fate == Fate::kForgotten));
    BOOST_TEST(box.inbox.bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(memory_is_bounded_in_ranges)
{
    Box box;
    for (uint32_t id = 0; id < 2 * kMaxUnfinishedRanges / kMaxRangesOfMessage; ++id)
        for (uint32_t i = 0; i < kMaxRangesOfMessage; ++i) {
            box.take(
                {id, 2 * i + 1, false, false, Class::kBulk, 0, std::span(kContent).first(1)},
                Time(id));
            BOOST_TEST_REQUIRE(box.inbox.ranges() <= kMaxUnfinishedRanges);
        }
    BOOST_TEST(box.inbox.ranges() == kMaxUnfinishedRanges);
    box.inbox.forget_stale(box.inbox.next_timer() + std::chrono::seconds(1));
    BOOST_TEST(box.inbox.ranges() == 0u);
}

BOOST_AUTO_TEST_CASE(an_unfinished_message_is_forgotten_in_time)
{
    Box box;
    box.take(part(1, 0, 300), Time(0));
    box.take(part(1, 300, 600), std::chrono::seconds(60));
    BOOST_TEST((box.inbox.next_timer() == std::chrono::seconds(60) + kUnfinishedLife));
    box.inbox.forget_stale(box.inbox.next_timer() - Time(1));
    BOOST_TEST(box.inbox.bytes() == 600u);
    box.inbox.forget_stale(box.inbox.next_timer());
    BOOST_TEST(box.inbox.bytes() == 0u);
    BOOST_TEST((box.take(part(1, 600, 1000)) == Fate::kForgotten));
}

BOOST_AUTO_TEST_CASE(what_is_skipped_is_dropped_and_does_not_come_back)
{
    Box box;
    box.take(part(1, 0, 300));
    box.take(part(20000, 0, 300));
    box.inbox.skip(20000);
    BOOST_TEST(box.inbox.bytes() == 300u);
    BOOST_TEST((box.take(part(20000, 300, 1000)) == Fate::kTaken));
    BOOST_TEST(box.whole.has_value());
    box.inbox.skip(45000); // more than half of the ids beyond the first ones
    BOOST_TEST((box.take(part(60000, 0, 1000)) == Fate::kTaken));
    BOOST_TEST((box.take(part(70000 % kMessageIds, 0, 1000)) == Fate::kTaken));
    BOOST_TEST((box.take(part(60000, 0, 1000)) == Fate::kDuplicate));
}

BOOST_AUTO_TEST_CASE(a_keyed_message_comes_with_its_key)
{
    Box box;
    Segment segment = part(1, 0, 1000);
    segment.keyed = true;
    BOOST_TEST((box.take(segment) == Fate::kTaken));
    BOOST_TEST_REQUIRE(box.whole.has_value());
    BOOST_TEST_REQUIRE(box.whole->key.has_value());
    BOOST_TEST((*box.whole->key)[31] == 31);
    BOOST_TEST((box.whole->bytes == Bytes(kContent.begin() + 32, kContent.end())));
    Segment short_one = part(2, 0, 31, 31);
    short_one.keyed = true;
    box.take(short_one);
    BOOST_TEST(!box.whole.has_value());
}

BOOST_AUTO_TEST_CASE(ids_wrap_after_16_bits)
{
    Box box;
    const Segment whole{
        0, 0, true, false, Class::kTransaction, 1, std::span(kContent).first(3)};
    for (uint64_t id = 0; id < 5 * kMessageIds; id += 9999) {
        Segment segment = whole;
        segment.message_id = uint32_t(id % kMessageIds);
        BOOST_TEST((box.take(segment) == Fate::kTaken));
        BOOST_TEST((box.take(segment) == Fate::kDuplicate));
    }
}

BOOST_AUTO_TEST_CASE(what_is_whole_after_its_deadline_is_late_however_often_it_comes)
{
    Box box;
    const Time deadline = std::chrono::seconds(10), later = deadline + Time(1);
    BOOST_TEST((box.take(part(3, 0, 500), {}, deadline) == Fate::kTaken));
    BOOST_TEST((box.take(part(3, 500, 1000), deadline) == Fate::kTaken));
    BOOST_TEST(box.whole.has_value());
    BOOST_TEST((*box.whole->deadline == deadline));
    BOOST_TEST((box.take(part(4, 0, 500), {}, deadline) == Fate::kTaken));
    BOOST_TEST((box.take(part(4, 500, 1000), later) == Fate::kLate));
    BOOST_TEST(!box.whole.has_value());
    BOOST_TEST((box.take(part(4, 500, 1000), later) == Fate::kLate));
    BOOST_TEST((box.take(part(3, 500, 1000), later) == Fate::kDuplicate));
    BOOST_TEST((box.take(part(5, 0, 1000), later, deadline) == Fate::kLate));
    BOOST_TEST(box.inbox.late() == 2u);
    BOOST_TEST(box.inbox.bytes() == 0u);
}
