// What strangers, listeners and recordings can do: nothing.
#include "hand_made_packets.h"
#include "simulated_path.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::link;
using namespace depinsat::link::test;

namespace {

constexpr Time kForever = std::chrono::hours(1000);

struct Recorded {
    TwoKeys keys;
    std::unique_ptr<Station> user = keys.make_user(), gateway = keys.make_gateway();
    Path path{AirConfig{}};
    std::vector<Bytes> frames[2]; ///< by sender

    Recorded()
    {
        path.tap = [this](int from, const Bytes& frame) {
            frames[from].push_back(frame);
        };
        exchange(20);
        path.tap = {};
        BOOST_TEST_REQUIRE(user->received.size() == 20u);
        BOOST_TEST_REQUIRE(gateway->received.size() == 20u);
    }

    /// @return whether `count` new messages each way arrive, once.
    bool exchange(size_t count)
    {
        const size_t up = gateway->received.size(), down = user->received.size();
        for (size_t i = 0; i < count; ++i)
            for (Station* from : {user.get(), gateway.get()})
                from->link.send(from->peer_key, message_of(random_bytes(700, i)), path.now,
                                kForever);
        path.run(*user, *gateway, path.now + seconds(5));
        return gateway->received.size() == up + count && user->received.size() == down + count;
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_replayed_recording_changes_nothing)
{
    Recorded air;
    for (int round = 0; round < 2; ++round) {
        for (const int from : {0, 1})
            for (const Bytes& frame : air.frames[from])
                for (Station* to : {air.user.get(), air.gateway.get()})
                    to->link.receive(frame, air.path.now);
        BOOST_TEST(air.user->received.size() == 20u * size_t(round + 1));
        BOOST_TEST(air.gateway->received.size() == 20u * size_t(round + 1));
        BOOST_TEST(air.exchange(20));
    }
    BOOST_TEST(air.user->changes == std::vector{true});
    BOOST_TEST(air.gateway->changes == std::vector{true});
    BOOST_TEST(air.gateway->outcomes_of(Outcome::kDone) == 60u);
}

BOOST_AUTO_TEST_CASE(a_replayed_recording_keeps_no_peer_up)
{
    Recorded air;
    const uint64_t up = air.gateway->link.stats().packet_bytes_received;
    air.path.cut[0] = air.path.cut[1] = true;
    air.path.run(*air.user, *air.gateway, air.path.now + seconds(1)); // what is on the way
    const uint64_t last = air.gateway->link.stats().packet_bytes_received;
    BOOST_TEST(last >= up);
    for (int i = 0; i < 200; ++i) { // longer than the longest quiet, and the silence
        for (const int from : {0, 1})
            for (const Bytes& frame : air.frames[from])
                (from ? air.user : air.gateway)->link.receive(frame, air.path.now);
        air.path.run(*air.user, *air.gateway, air.path.now + milliseconds(500));
    }
    BOOST_TEST(air.gateway->link.stats().packet_bytes_received == last);
    BOOST_TEST(air.user->changes == std::vector({true, false}));
    BOOST_TEST(air.gateway->changes == std::vector({true, false}));
}

BOOST_AUTO_TEST_CASE(a_replayed_handshake_during_traffic_disturbs_no_session)
{
    Recorded old;
    old.user = old.keys.make_user(); // a new run, so that the recorded handshake is not its own
    old.path.run(*old.user, *old.gateway, old.path.now + seconds(3));
    BOOST_TEST(old.user->link.peer_is_up(old.user->peer_key));
    const size_t received = old.gateway->received.size();
    for (int i = 0; i < 200; ++i)
        old.user->link.send(old.user->peer_key, message_of(random_bytes(500, 1)), old.path.now,
                            kForever);
    const auto handshake = framed(first_packet(old.frames[0][0]));
    BOOST_TEST_REQUIRE(handshake[4] >> 6 == 0);
    for (int i = 0; i < 100; ++i) {
        old.gateway->link.receive(handshake, old.path.now);
        old.path.run(*old.user, *old.gateway, old.path.now + milliseconds(50));
    }
    BOOST_TEST(old.gateway->received.size() == received + 200);
    BOOST_TEST(old.user->outcomes_of(Outcome::kDone) == 200u);
    BOOST_TEST(old.user->link.stats().segments_repeated == 0u);
}

BOOST_AUTO_TEST_CASE(a_recording_brings_no_session_to_life_at_a_new_run)
{
    Recorded air;
    Station gateway(false, air.keys.gateway, air.keys.user.public_key);
    Bytes frame(890);
    for (const Bytes& recorded : air.frames[0]) {
        gateway.link.receive(recorded, air.path.now);
        gateway.link.fill(1, frame, air.path.now);
    }
    BOOST_TEST(gateway.received.empty());
    BOOST_TEST(gateway.changes.empty());
    BOOST_TEST(!gateway.link.peer_is_up(gateway.peer_key));
}

BOOST_AUTO_TEST_CASE(a_stranger_gets_no_answer)
{
    const TwoKeys keys;
    const auto gateway = keys.make_gateway();
    Station stranger(true, generate_key_pair(), keys.gateway.public_key);
    Path path({});
    stranger.link.send(stranger.peer_key, message_of({1}), path.now, kForever);
    path.run(stranger, *gateway, seconds(60));
    BOOST_TEST(gateway->link.stats().frames_filled == 0u);
    BOOST_TEST(gateway->link.stats().rejected_packets > 5u);
    BOOST_TEST(gateway->received.empty());
    BOOST_TEST(!stranger.link.peer_is_up(stranger.peer_key));
}

BOOST_AUTO_TEST_CASE(no_changed_bit_of_a_handshake_is_answered)
{
    const TwoKeys keys;
    const auto user = keys.make_user(), gateway = keys.make_gateway();
    user->link.run_timers(Time(0));
    Bytes frame(300), answer(300);
    BOOST_TEST_REQUIRE(user->link.fill(1, frame, Time(0)) ==
                       framing::kGseHeaderBytes + kHandshake1Bytes);
    const Bytes opening = first_packet(frame);
    BOOST_TEST(kHandshake1Bytes <= 160u);
    BOOST_TEST(kHandshake2Bytes <= 100u);
    for (size_t bit = 0; bit < 8 * opening.size(); ++bit) {
        Bytes changed = opening;
        changed[bit / 8] ^= uint8_t(1 << bit % 8);
        gateway->link.receive(framed(changed), Time(0));
        BOOST_TEST_REQUIRE(gateway->link.fill(bit, answer, Time(0)) == 0u);
    }
    gateway->link.receive(framed(opening), Time(0));
    BOOST_TEST(gateway->link.fill(1, answer, Time(0)) ==
               framing::kGseHeaderBytes + kHandshake2Bytes);
}

BOOST_AUTO_TEST_CASE(the_mac_of_a_handshake_is_of_its_receiver)
{
    const TwoKeys keys;
    const Bytes packet(106, 7);
    const auto mac = mac_of_handshake(keys.gateway.public_key, packet);
    BOOST_TEST((mac != mac_of_handshake(keys.user.public_key, packet)));
    BOOST_TEST((mac != mac_of_handshake(keys.gateway.public_key, Bytes(106, 8))));
}

BOOST_AUTO_TEST_CASE(an_unlisted_gateway_is_not_believed)
{
    const TwoKeys keys;
    const auto user = keys.make_user();
    Station other(false, generate_key_pair(), keys.user.public_key);
    Path path({});
    path.run(*user, other, seconds(30));
    BOOST_TEST(user->changes.empty());
    BOOST_TEST(other.link.stats().frames_filled == 0u);
}

BOOST_AUTO_TEST_CASE(of_100000_random_packets_none_is_taken)
{
    Recorded air;
    std::mt19937_64 random(1);
    const uint64_t up = air.gateway->link.stats().packet_bytes_received;
    const uint64_t down = air.user->link.stats().packet_bytes_received;
    for (int i = 0; i < 100000; ++i) {
        Bytes packet(random() % 8 ? random() % 300 : kHandshake2Bytes);
        for (auto& byte : packet)
            byte = uint8_t(random());
        if (i % 2 &&
            packet.size() >= kPacketHeaderBytes) { // with a session index that is in use
            const Bytes& frame = air.frames[random() % 2].back();
            packet[0] = uint8_t((random() % 2 ? 0x40 : 0x80) | (frame[4] & 0x3F));
            packet[1] = frame[5];
        }
        for (Station* to : {air.user.get(), air.gateway.get()})
            to->link.receive(framed(packet), air.path.now);
    }
    BOOST_TEST(air.gateway->link.stats().packet_bytes_received == up);
    BOOST_TEST(air.user->link.stats().packet_bytes_received == down);
    BOOST_TEST(air.gateway->link.stats().rejected_packets > 10000u);
    BOOST_TEST(air.exchange(20));
}

BOOST_AUTO_TEST_CASE(no_changed_bit_of_a_packet_is_taken)
{
    Recorded air;
    air.user->link.send(air.user->peer_key, message_of({1, 2, 3}), air.path.now, kForever);
    Bytes frame(890);
    BOOST_TEST_REQUIRE(air.user->link.fill(1u << 30, frame, air.path.now) > 0u);
    const Bytes packet = first_packet(frame);
    const size_t before = air.gateway->received.size();
    for (size_t bit = 0; bit < 8 * packet.size(); ++bit) {
        Bytes changed = packet;
        changed[bit / 8] ^= uint8_t(1 << bit % 8);
        air.gateway->link.receive(framed(changed), air.path.now);
    }
    BOOST_TEST(air.gateway->received.size() == before);
    air.gateway->link.receive(framed(packet), air.path.now);
    air.gateway->link.receive(framed(packet), air.path.now);
    BOOST_TEST(air.gateway->received.size() == before + 1);
}

BOOST_AUTO_TEST_CASE(a_forged_answer_does_not_spoil_the_real_one)
{
    const TwoKeys keys;
    const auto user = keys.make_user(), gateway = keys.make_gateway();
    Path path({});
    path.tap = [&](int from, const Bytes& frame) {
        Bytes forged = framed(first_packet(frame));
        if (from != 1)
            return;
        forged.back() ^= 1;
        user->link.receive(forged, path.now);
    };
    path.run(*user, *gateway, seconds(2));
    BOOST_TEST(user->link.peer_is_up(user->peer_key));
    BOOST_TEST(user->link.stats().rejected_packets > 0u);
}

BOOST_AUTO_TEST_CASE(impossible_lists_of_peers_are_refused)
{
    const TwoKeys keys;
    Station events(true, keys.user, keys.gateway.public_key);
    MemoryStore store;
    const auto make = [&](std::vector<PublicKey> peers) {
        Link link({}, keys.user, peers, events, store);
    };
    BOOST_CHECK_THROW(make({keys.user.public_key}), std::invalid_argument);
    BOOST_CHECK_THROW(make({PublicKey{}}), std::invalid_argument);
    BOOST_CHECK_THROW(make({keys.gateway.public_key, keys.gateway.public_key}),
                      std::invalid_argument);
    make({});
}
