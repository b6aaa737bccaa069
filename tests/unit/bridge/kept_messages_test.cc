// Messages that go another way than the link, and outlive the process.
#include "bridge/kept_messages.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::bridge;
using namespace std::chrono_literals;

namespace {

constexpr link::Record kRecord{200}, kOther{201};

link::MessageKey key_of(uint8_t number)
{
    link::MessageKey key{};
    key.fill(number);
    return key;
}

} // namespace

BOOST_AUTO_TEST_CASE(messages_come_back_with_what_is_left_of_their_lifetime)
{
    link::MemoryStore store;
    BOOST_TEST(kept_messages(store, kRecord).empty());
    keep_message(store, kRecord, key_of(2), 100s, {1, 2, 3});
    keep_message(store, kRecord, key_of(1), 0s, {});
    keep_message(store, kOther, key_of(3), 100s, {4});
    const auto kept = kept_messages(store, kRecord);
    BOOST_REQUIRE(kept.size() == 2u);
    BOOST_TEST((kept[0].key == key_of(1)));
    BOOST_TEST(kept[0].left.count() <= 0);
    BOOST_TEST(kept[0].bytes.empty());
    BOOST_TEST((kept[1].key == key_of(2)));
    BOOST_TEST((kept[1].left > 90s && kept[1].left <= 100s));
    BOOST_TEST((kept[1].bytes == std::vector<uint8_t>{1, 2, 3}));
}

BOOST_AUTO_TEST_CASE(a_message_of_the_same_key_takes_its_place)
{
    link::MemoryStore store;
    keep_message(store, kRecord, key_of(1), 100s, {1});
    keep_message(store, kRecord, key_of(1), 100s, {2});
    BOOST_REQUIRE(kept_messages(store, kRecord).size() == 1u);
    BOOST_TEST((kept_messages(store, kRecord)[0].bytes == std::vector<uint8_t>{2}));
    store.erase(kRecord, key_of(1));
    BOOST_TEST(kept_messages(store, kRecord).empty());
}
