// Keyed messages: what is accepted or acknowledged outlives the program, and is delivered once.
#include "depinsat/link/wire.h"
#include "simulated_path.h"

#include <boost/test/unit_test.hpp>

#include <utility>

using namespace depinsat::link;
using namespace depinsat::link::test;

namespace {

constexpr Time kForever = std::chrono::hours(1000);
constexpr Time kWall = std::chrono::hours(24 * 365 * 50); // since 1970

/// A disk: what was not committed is gone after crash().
class Disk : public MemoryStore
{
public:
    void commit() override
    {
        if (broken)
            throw std::runtime_error("disk full");
        if (std::exchange(changed_, false))
            committed_ = *this;
    }
    void
    put(Record record, std::span<const uint8_t> key, std::span<const uint8_t> value) override
    {
        changed_ = true;
        MemoryStore::put(record, key, value);
    }
    void erase(Record record, std::span<const uint8_t> key) override
    {
        changed_ = true;
        MemoryStore::erase(record, key);
    }
    void crash() { MemoryStore::operator=(committed_); }

    size_t count(Record record) const
    {
        size_t count = 0;
        for_each(record, [&](auto, auto) { ++count; });
        return count;
    }

    bool broken = false;

private:
    MemoryStore committed_;
    bool changed_ = false;
};

/// Two stations whose programs can crash.
struct TwoDisks {
    TwoDisks()
    {
        start_user();
        start_gateway();
    }
    void start_user(Time wall = kWall)
    {
        user.reset();
        disks[0].crash();
        user = std::make_unique<Station>(true, keys.user, keys.gateway.public_key, config(wall),
                                         MemoryStore(), &disks[0]);
    }
    void start_gateway()
    {
        gateway.reset();
        disks[1].crash();
        gateway = std::make_unique<Station>(false, keys.gateway, keys.user.public_key,
                                            config(kWall), MemoryStore(), &disks[1]);
        gateway->takes = gateway_takes;
    }
    LinkConfig config(Time wall) const
    {
        LinkConfig config = base;
        config.started = path.now;
        config.wall_started = wall + path.now;
        return config;
    }
    bool run(Time time, std::function<bool()> done = {})
    {
        return path.run(*user, *gateway, path.now + time, std::move(done));
    }
    MessageId send(uint8_t number, Time life = kForever, Refusal* why = nullptr)
    {
        Message message = message_of(Bytes(300, number), Class::kTransaction);
        message.key = MessageKey{number};
        const auto id =
            user->link.send(user->peer_key, message, path.now, path.now + life, why);
        if (id)
            disks[0].commit();
        return id;
    }

    TwoKeys keys;
    LinkConfig base;
    Disk disks[2];
    bool gateway_takes = true;
    Path path{{}};
    std::unique_ptr<Station> user, gateway;
};

} // namespace

BOOST_AUTO_TEST_CASE(an_accepted_message_goes_on_when_its_sender_starts_again)
{
    TwoDisks two;
    two.path.cut[0] = true;
    for (const uint8_t number : {1, 2, 3})
        BOOST_TEST(two.send(number) != 0u);
    BOOST_TEST(two.disks[0].count(Record::kOutgoing) == 3u);
    two.run(seconds(3));
    two.start_user();
    two.path.cut[0] = false;
    two.run(seconds(10));
    BOOST_TEST_REQUIRE(two.gateway->received.size() == 3u);
    for (const uint8_t number : {1, 2, 3}) {
        BOOST_TEST((two.gateway->received[number - 1].key == MessageKey{number}));
        BOOST_TEST(two.gateway->received[number - 1].bytes == Bytes(300, number));
    }
    BOOST_TEST(two.user->outcomes_of(Outcome::kDone) == 3u);
    BOOST_TEST(two.disks[0].count(Record::kOutgoing) == 0u);
    BOOST_TEST(two.send(4) == 4u); // ids go on
}

BOOST_AUTO_TEST_CASE(a_message_that_both_ends_forget_to_have_finished_is_delivered_once)
{
    TwoDisks two;
    two.run(seconds(2));
    two.path.cut[1] = true; // it arrives; the user does not learn that
    two.send(1);
    two.run(seconds(2));
    BOOST_TEST(two.gateway->received.size() == 1u);
    two.start_user();
    two.start_gateway();
    two.path.cut[1] = false;
    two.run(seconds(20));
    BOOST_TEST(two.gateway->received.empty());
    BOOST_TEST(two.user->outcomes_of(Outcome::kDone) == 1u);
    BOOST_TEST(two.disks[1].count(Record::kKnownKey) == 1u);
}

BOOST_AUTO_TEST_CASE(what_the_user_has_not_taken_comes_again_at_each_start)
{
    TwoDisks two;
    two.gateway_takes = two.gateway->takes = false;
    two.run(seconds(2));
    two.send(1);
    two.send(2);
    two.run(seconds(3));
    BOOST_TEST(two.user->outcomes_of(Outcome::kDone) == 2u);
    for (int start = 0; start < 2; ++start) {
        two.start_gateway();
        two.run(seconds(1));
        BOOST_TEST_REQUIRE(two.gateway->received.size() == 2u);
        BOOST_TEST((two.gateway->received[0].key == MessageKey{1}));
        BOOST_TEST(two.gateway->received[1].bytes == Bytes(300, 2));
    }
    two.gateway->link.taken(two.gateway->peer_key, MessageKey{1});
    two.disks[1].commit();
    two.start_gateway();
    two.run(seconds(1));
    BOOST_TEST_REQUIRE(two.gateway->received.size() == 1u);
    BOOST_TEST((two.gateway->received[0].key == MessageKey{2}));
}

BOOST_AUTO_TEST_CASE(nothing_is_acknowledged_that_could_not_be_written)
{
    TwoDisks two;
    two.run(seconds(2));
    two.gateway->answer = [&](const Message&) {
        two.disks[1].broken = true;
    };
    two.send(1);
    BOOST_CHECK_THROW(two.run(seconds(5)), std::runtime_error);
    BOOST_TEST(two.gateway->received.size() == 1u);
    BOOST_TEST(two.user->outcomes.empty());
    two.disks[1].broken = false;
    two.start_gateway();
    two.run(seconds(20));
    BOOST_TEST(two.gateway->received.size() == 1u);
    BOOST_TEST(two.user->outcomes_of(Outcome::kDone) == 1u);
}

BOOST_AUTO_TEST_CASE(a_deadline_is_kept_across_a_restart)
{
    TwoDisks two;
    two.path.cut[0] = true;
    two.send(1, seconds(60));
    two.run(seconds(10));
    two.start_user();
    two.run(seconds(45));
    BOOST_TEST(two.user->outcomes.empty());
    two.run(seconds(10));
    BOOST_TEST(two.user->outcomes_of(Outcome::kUnknown) == 1u); // an earlier run may have sent
    BOOST_TEST(two.disks[0].count(Record::kOutgoing) == 0u);
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_set_back_gives_no_message_more_time_than_it_was_given)
{
    TwoDisks two;
    two.path.cut[0] = true;
    two.send(1, seconds(60));
    two.start_user(Time(0)); // 1970 again
    two.run(seconds(59));
    BOOST_TEST(two.user->outcomes.empty());
    two.run(seconds(5));
    BOOST_TEST(two.user->outcomes_of(Outcome::kUnknown) == 1u);
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_while_a_message_waits_costs_it_no_time)
{
    TwoDisks two;
    two.start_user(Time(0));
    two.path.cut[0] = true;
    two.send(1, seconds(60));
    two.user->link.set_wall_clock(kWall + two.path.now, {}, two.path.now);
    two.disks[0].commit();
    two.start_user(kWall);
    two.path.cut[0] = false;
    two.run(seconds(10));
    BOOST_TEST(two.user->outcomes_of(Outcome::kDone) == 1u);
}

BOOST_AUTO_TEST_CASE(a_full_journal_refuses_and_says_so)
{
    TwoDisks two;
    two.base.max_journal_bytes = 2 * 3 * (300 + 256);
    two.start_user();
    two.path.cut[0] = true;
    for (const uint8_t number : {1, 2, 3})
        BOOST_TEST(two.send(number) != 0u);
    Refusal why = Refusal::kNone;
    BOOST_TEST(two.send(4, kForever, &why) == 0u);
    BOOST_TEST((why == Refusal::kJournalFull));
    two.start_user(); // what is on disk counts
    BOOST_TEST(two.send(4, kForever, &why) == 0u);
    two.path.cut[0] = false;
    two.run(seconds(10));
    BOOST_TEST(two.send(4, kForever, &why) != 0u);
}

BOOST_AUTO_TEST_CASE(a_user_that_takes_nothing_stops_the_peer_but_loses_nothing)
{
    TwoDisks two;
    two.base.max_journal_bytes = 20000;
    two.gateway_takes = false;
    two.start_gateway();
    two.run(seconds(2));
    for (uint8_t number = 1; number <= 60; ++number)
        BOOST_TEST_REQUIRE(two.send(number) != 0u);
    two.run(seconds(30));
    const size_t before = two.gateway->received.size();
    BOOST_TEST(before == 10000 / (300 + 256) + 1);
    BOOST_TEST(two.user->outcomes_of(Outcome::kDone) <= before);
    for (uint8_t number = 1; number <= 60; ++number)
        two.gateway->link.taken(two.gateway->peer_key, MessageKey{number});
    two.gateway->takes = true;
    two.run(seconds(60));
    BOOST_TEST(two.gateway->received.size() == 60u);
    BOOST_TEST(two.user->outcomes_of(Outcome::kDone) == 60u);
}

BOOST_AUTO_TEST_CASE(a_message_that_is_dropped_ends_for_good)
{
    TwoDisks two;
    two.path.cut[0] = true;
    two.send(1);
    two.start_user();
    BOOST_TEST(two.user->link.drop(MessageKey{2}) == 0u);
    BOOST_TEST(two.user->link.drop(MessageKey{1}) == 1u);
    BOOST_TEST(two.user->outcomes_of(Outcome::kUnknown) == 1u);
    two.disks[0].commit();
    two.start_user();
    two.path.cut[0] = false;
    two.run(seconds(10));
    BOOST_TEST(two.gateway->received.empty());
}

BOOST_AUTO_TEST_CASE(what_is_left_for_a_station_that_is_not_listed_is_kept_until_it_ends)
{
    TwoDisks two;
    two.path.cut[0] = true;
    two.send(1, seconds(60));
    Disk& disk = two.disks[0];
    LinkConfig config = two.config(kWall);
    Station events(true, two.keys.user, two.keys.gateway.public_key);
    const Link unlisted(config, two.keys.user, {}, events, disk);
    BOOST_TEST(disk.count(Record::kOutgoing) == 1u);
    config.wall_started += seconds(61);
    const Link later(config, two.keys.user, {}, events, disk);
    BOOST_TEST(disk.count(Record::kOutgoing) == 0u);
}

BOOST_AUTO_TEST_CASE(when_a_station_is_revoked_what_has_ended_of_earlier_ones_is_forgotten)
{
    constexpr Time kWeek = std::chrono::hours(7 * 24);
    const TwoKeys keys;
    const std::array<PublicKey, 2> users{keys.user.public_key, generate_key_pair().public_key};
    Disk disk;
    for (const PublicKey& user : users) { // delivered half a second ago
        Bytes key(user.begin(), user.end()), stamp;
        key.resize(key.size() + sizeof(MessageKey), 1);
        for (int shift = 56; shift >= 0; shift -= 8)
            stamp.push_back(uint8_t((kWall - milliseconds(500)).count() >> shift));
        disk.put(Record::kKnownKey, key, stamp);
    }
    LinkConfig config{.initiator = false};
    config.wall_started = kWall;
    Station events(false, keys.gateway, users[0]);
    Link link(config, keys.gateway, users, events, disk);
    link.run_timers(Time(0));

    link.remove_peer(users[0]);
    BOOST_TEST((link.next_timer() <= Time(0)));
    link.run_timers(Time(0));
    BOOST_TEST(disk.count(Record::kKnownKey) == 2u); // it may be listed again
    BOOST_TEST((link.next_timer() > Time(0)));

    link.remove_peer(users[1]);
    link.run_timers(8 * kWeek);
    BOOST_TEST(disk.count(Record::kKnownKey) == 2u);
    const PublicKey third = generate_key_pair().public_key;
    link.add_peer(third);
    link.remove_peer(third);
    link.run_timers(9 * kWeek); // beyond the 60 days
    BOOST_TEST(disk.count(Record::kKnownKey) == 0u);
}

BOOST_AUTO_TEST_CASE(a_record_that_makes_no_sense_is_refused)
{
    const TwoKeys keys;
    const auto& peer = keys.gateway.public_key;
    for (const Record record : {Record::kOutgoing, Record::kIncoming, Record::kKnownKey})
        for (const size_t size : {0, 5, 200}) {
            Disk disk;
            disk.put(record, peer, Bytes(size, 7));
            Station events(true, keys.user, peer);
            BOOST_CHECK_THROW(Link({}, keys.user, std::span(&peer, 1), events, disk),
                              std::runtime_error);
        }
}

BOOST_AUTO_TEST_CASE(the_latest_known_keys_are_kept)
{
    TwoDisks two;
    two.run(seconds(2));
    constexpr size_t kMessages = 17000, kKept = 16384;
    for (size_t sent = 0; sent < kMessages;) {
        for (size_t i = 0; i < 500; ++i, ++sent) {
            Message message = message_of({}, Class::kTransaction);
            message.key = MessageKey{uint8_t(sent), uint8_t(sent >> 8)};
            two.user->link.send(two.user->peer_key, message, two.path.now, kForever);
        }
        two.run(seconds(20), [&] { return two.gateway->received.size() == sent; });
    }
    BOOST_TEST(two.gateway->received.size() == kMessages);
    BOOST_TEST(two.disks[1].count(Record::kKnownKey) == kKept);
    BOOST_TEST(two.disks[1].count(Record::kIncoming) == 0u);
}
