// What strangers, recordings and members of a group can do to its other members.
#include "group_inbox.h"
#include "group_world.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::link;
using namespace depinsat::link::test;

namespace {

/// Everything that a sender said of one object, as packets.
struct Heard {
    Pair pair;
    Bytes object = seeded_bytes(60000, 1);
    std::vector<Bytes> packets;
    std::unique_ptr<Impostor> impostor;

    Heard()
    {
        pair.sender->say(object);
        for (const Bytes& frame : pair.sender->all_frames())
            for (Bytes& packet : packets_of(frame))
                packets.push_back(std::move(packet));
        impostor =
            std::make_unique<Impostor>(pair.key, pair.sender->keys.public_key, packets.at(0));
    }
    Member& receiver() { return *pair.receiver; }
    void hear(const Bytes& packet) { receiver().hear(frame_of(packet)); }
    uint32_t counter(size_t i) const { return read_group_header(packets[i])->counter; }

    /// Of a packet of symbols; nothing of another.
    std::optional<Bytes> symbols(size_t i) const
    {
        const Bytes& packet = packets[i];
        Bytes items(packet.size() - kDataOverhead);
        const auto [header, sealed] = std::pair(std::span(packet).first(kDataHeaderBytes),
                                                std::span(packet).subspan(kDataHeaderBytes));
        std::span<const uint8_t> rest = items;
        if (counter(i) == kOpeningCounter ||
            !open(impostor->keys().key_of(impostor->run), counter(i), header, sealed, items) ||
            !std::holds_alternative<SymbolsItem>(*read_group_item(rest)))
            return std::nullopt;
        return items;
    }
};

Bytes object_item(ObjectItem object)
{
    Bytes items(kObjectItemBytes);
    write_object_item(object, items);
    return items;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_stranger_is_not_heard)
{
    Heard heard;
    std::mt19937 random(2);
    const uint64_t all = 4 * heard.packets.size();
    for (Bytes packet : heard.packets) {
        Bytes noise = depinsat::test::random_bytes(packet.size(), random);
        std::copy_n(packet.begin(), kDataHeaderBytes, noise.begin());
        heard.hear(noise);
        Bytes flipped = packet;
        flipped[2 + random() % (packet.size() - 2)] ^= uint8_t(1 << random() % 8);
        heard.hear(flipped);
        heard.hear(Bytes(packet.begin(), packet.end() - 1));
        heard.hear(Bytes(packet.begin(), packet.begin() + long(random() % packet.size())));
    }
    const LinkStats& stats = heard.receiver().link.stats();
    BOOST_TEST(stats.packet_bytes_received == 0u);
    BOOST_TEST(stats.rejected_packets + stats.foreign_packets <= all);
    BOOST_TEST(heard.receiver().received.empty());
    for (const Bytes& packet : heard.packets)
        heard.hear(packet);
    BOOST_TEST(heard.receiver().received.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_recording_is_heard_once)
{
    Heard heard;
    for (unsigned i = 0; i < 3; ++i)
        for (const Bytes& packet : heard.packets) {
            heard.hear(packet);
            heard.hear(packet);
        }
    BOOST_TEST(heard.receiver().received.size() == 1u);
}

BOOST_AUTO_TEST_CASE(packets_of_one_group_are_nothing_in_another)
{
    Heard heard;
    const Key other = group_key(33);
    MemoryStore store;
    Member member(station_key(4), store);
    member.link.join(group_of(1, other, {sender_of(station_key(1))}));
    const uint16_t number = GroupKeys(other, station_key(1).public_key).number();
    for (Bytes packet : heard.packets) {
        member.hear(frame_of(packet));
        write_group_header({number, read_group_header(packet)->counter},
                           std::span(packet).first<kDataHeaderBytes>());
        member.hear(frame_of(packet));
    }
    BOOST_TEST(member.link.stats().packet_bytes_received == 0u);
    BOOST_TEST(member.received.empty());
}

// Symbols in the sender's name instead of those that a receiver did not get.
BOOST_AUTO_TEST_CASE(a_member_cannot_poison_an_object)
{
    Heard heard;
    std::mt19937 random(3);
    size_t forged = 0;
    for (size_t i = 0; i < heard.packets.size(); ++i) {
        auto items = i % 7 == 0 ? heard.symbols(i) : std::nullopt;
        if (items) {
            items->back() ^= uint8_t(1 + random() % 255);
            ++forged;
        }
        heard.hear(items ? heard.impostor->packet(heard.counter(i), *items) : heard.packets[i]);
    }
    BOOST_TEST(forged > 5u);
    BOOST_TEST_REQUIRE(heard.receiver().received.size() == 1u);
    BOOST_TEST((heard.receiver().received[0].message.bytes == heard.object));
    BOOST_TEST(heard.receiver().link.stats().forged_packets == forged);
}

BOOST_AUTO_TEST_CASE(what_comes_after_its_batch_is_not_the_senders)
{
    Heard heard;
    // All but the symbols: descriptions and batches are known, then whoever knows the salts of
    // the batches tries to find packets that hash alike.
    std::vector<Bytes> symbols;
    for (size_t i = 0; i < heard.packets.size(); ++i)
        if (heard.symbols(i))
            symbols.push_back(heard.packets[i]);
        else
            heard.hear(heard.packets[i]);
    BOOST_TEST(symbols.size() >= 78u);
    for (const Bytes& packet : symbols)
        heard.hear(packet);
    BOOST_TEST(heard.receiver().received.empty());
}

BOOST_AUTO_TEST_CASE(a_member_cannot_sign_for_the_sender)
{
    Heard heard;
    heard.hear(heard.packets[0]);
    const KeyPair member = station_key(77);
    Bytes message(kMessageHeaderBytes + 3);
    write_message_item({Class::kDuty, false, 1, 5000, Bytes{1, 2, 3}}, message);
    ObjectItem object;
    object.first = 5000;
    object.bytes = 100;
    object.symbol_bytes = 100;
    object.packet_symbols = 1;
    const Bytes description = object_item(object);
    Bytes batch(kBatchHeaderBytes + 40);
    write_batch({2, {}, std::vector<uint8_t>(40)}, batch);
    for (const Bytes& items : {message, description, batch}) {
        heard.hear(heard.impostor->signed_packet(5001, items, member));
        heard.hear(heard.impostor->packet(5002, items));
    }
    for (size_t i = 1; i < heard.packets.size(); ++i) // nothing of it was believed
        heard.hear(heard.packets[i]);
    BOOST_TEST_REQUIRE(heard.receiver().received.size() == 1u);
    BOOST_TEST((heard.receiver().received[0].message.bytes == heard.object));
}

BOOST_AUTO_TEST_CASE(a_member_cannot_open_a_run_for_the_sender)
{
    Heard heard;
    const GroupKeys& keys = heard.impostor->keys();
    Run later = heard.impostor->run;
    later.number += 5;
    Bytes forged = write_opening(keys, Signer(station_key(77)), later, 0);
    heard.hear(heard.packets[0]);
    heard.hear(forged);
    for (size_t i = 1; i < heard.packets.size(); ++i)
        heard.hear(heard.packets[i]);
    BOOST_TEST(heard.receiver().received.size() == 1u);
}

// Counters far ahead would shut the sender out if they were believed.
BOOST_AUTO_TEST_CASE(a_member_cannot_move_the_window)
{
    Heard heard;
    heard.hear(heard.packets[0]);
    Bytes items(kSymbolsHeaderBytes + 100);
    write_symbols_header(0, items);
    for (const uint32_t counter : {5000u, 100000u, 0xFFFFFFFEu})
        heard.hear(heard.impostor->packet(counter, items));
    for (size_t i = 1; i < heard.packets.size(); ++i)
        heard.hear(heard.packets[i]);
    BOOST_TEST(heard.receiver().received.size() == 1u);
}

BOOST_AUTO_TEST_CASE(parameters_that_would_take_memory_are_refused_before_it_is_taken)
{
    const auto refused = [](auto change) {
        ObjectItem object;
        object.first = 1;
        object.bytes = 1000;
        object.symbol_bytes = 100;
        object.packet_symbols = 1;
        change(object);
        const Bytes items = object_item(object);
        std::span<const uint8_t> rest = items;
        return !read_group_item(rest).has_value();
    };
    BOOST_TEST(!refused([](ObjectItem&) {}));
    BOOST_TEST(refused([](ObjectItem& o) { o.bytes = 0; }));
    BOOST_TEST(refused([](ObjectItem& o) { o.bytes = kMaxMessageBytes + 1; }));
    BOOST_TEST(refused([](ObjectItem& o) { o.bytes = 0xFFFFFF; }));
    BOOST_TEST(refused([](ObjectItem& o) { o.symbol_bytes = 0; }));
    BOOST_TEST(refused([](ObjectItem& o) { o.symbol_bytes = kMaxSymbolBytes + 4; }));
    BOOST_TEST(refused([](ObjectItem& o) { o.symbol_bytes = 4, o.bytes = 8192 * 4 + 1; }));
    BOOST_TEST(refused([](ObjectItem& o) { o.packet_symbols = 0; }));
    BOOST_TEST(refused([](ObjectItem& o) { o.first = 0; }));
    BOOST_TEST(refused([](ObjectItem& o) { o.first = kOpeningCounter; }));
}

// A member seals symbols of ever more objects, as many as there are counters to believe.
BOOST_AUTO_TEST_CASE(memory_is_bounded_whatever_a_member_says)
{
    Heard heard;
    MemoryStore store;
    GroupInbox inbox(heard.pair.key, sender_of(station_key(1)), store);
    const auto give = [&inbox](const Bytes& packet, Time now) {
        GroupInbox::Taken taken;
        inbox.receive(*read_group_header(packet), packet, now, taken);
    };
    give(heard.packets[0], Time(0));
    size_t most = 0;
    Bytes items(4000);
    for (uint32_t i = 0; i < 6000; ++i) {
        write_symbols_header(uint16_t(i < 2600 ? i % 16 : i % kObjectNumbers), items);
        give(heard.impostor->packet(i, items), Time(i));
        most = std::max(most, inbox.bytes());
    }
    BOOST_TEST(most > kMaxObjectBytes / 2);
    BOOST_TEST(most <= kMaxObjectBytes + kMaxSealedBytes + 2 * items.size());
    inbox.forget_stale(kObjectLife + Time(6000));
    BOOST_TEST(inbox.bytes() <= kMaxSealedBytes);
}
