// A gateway with several users, all of whom hear every frame of it.
#include "simulated_path.h"

#include <boost/test/unit_test.hpp>
#include <optional>

using namespace depinsat::link;
using namespace depinsat::link::test;

namespace {

constexpr Time kForever = std::chrono::hours(1000);

class Gateway : public LinkEvents
{
public:
    Gateway(const KeyPair& own, std::span<const PublicKey> peers)
        : link({.initiator = false}, own, peers, *this, store)
    {}
    void on_message(const PublicKey& peer, const Message& message) override
    {
        received[peer].push_back(message.bytes);
    }
    void on_outcome(MessageId, Outcome outcome) override
    {
        delivered += outcome == Outcome::kDone;
    }
    void on_peer(const PublicKey&, bool) override {}

    MemoryStore store;
    Link link;
    std::map<PublicKey, std::vector<Bytes>> received;
    size_t delivered = 0;
};

struct Star {
    static constexpr size_t kUsers = 3;
    static constexpr milliseconds kFrame{10}, kDelay{250};

    KeyPair gateway_key = key_pair_of(std::array<uint8_t, 32>{9, 9});
    std::vector<KeyPair> user_keys;
    std::unique_ptr<Gateway> gateway;
    std::vector<std::unique_ptr<Station>> users;
    std::multimap<Time, Bytes> up, down;
    std::vector<Bytes> sent_down;
    Time now{0};
    uint64_t sequence = 0;

    Star()
    {
        std::vector<PublicKey> peers;
        for (uint8_t i = 0; i < kUsers; ++i) {
            user_keys.push_back(key_pair_of(std::array<uint8_t, 32>{7, i}));
            peers.push_back(user_keys.back().public_key);
        }
        gateway = std::make_unique<Gateway>(gateway_key, peers);
        for (const KeyPair& key : user_keys)
            users.push_back(std::make_unique<Station>(true, key, gateway_key.public_key));
    }

    std::optional<Bytes> fill(Link& link)
    {
        Bytes frame(890);
        if (!link.fill(++sequence, frame, now))
            return std::nullopt;
        link.sent(sequence, now);
        return frame;
    }

    void run(Time until)
    {
        for (; now < until; now += kFrame) {
            for (const auto& user : users)
                if (const auto frame = fill(user->link))
                    up.emplace(now + kDelay, *frame);
            if (const auto frame = fill(gateway->link))
                down.emplace(now + kDelay, *frame);
            for (; !up.empty() && up.begin()->first <= now; up.erase(up.begin()))
                gateway->link.receive(up.begin()->second, now);
            for (; !down.empty() && down.begin()->first <= now; down.erase(down.begin()))
                for (const auto& user : users)
                    user->link.receive(down.begin()->second, now);
        }
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(each_user_gets_what_is_for_it_and_nothing_else)
{
    Star star;
    for (uint8_t i = 0; i < Star::kUsers; ++i) {
        for (uint8_t n = 0; n < 50; ++n) {
            star.users[i]->link.send(star.gateway_key.public_key, message_of({i, n}), star.now,
                                     kForever);
            star.gateway->link.send(star.user_keys[i].public_key,
                                    message_of(Bytes(300, uint8_t(100 * i + n))), star.now,
                                    kForever);
        }
    }
    star.run(seconds(20));
    BOOST_TEST(star.gateway->delivered == 50u * Star::kUsers);
    for (uint8_t i = 0; i < Star::kUsers; ++i) {
        BOOST_TEST(star.gateway->received[star.user_keys[i].public_key].size() == 50u);
        BOOST_TEST_REQUIRE(star.users[i]->received.size() == 50u);
        for (uint8_t n = 0; n < 50; ++n)
            BOOST_TEST(star.users[i]->received[n].bytes[0] == uint8_t(100 * i + n));
        BOOST_TEST(star.users[i]->link.stats().foreign_packets > 0u);
        // Two users may have chosen the same session index; then a packet is tried and refused.
        BOOST_TEST(star.users[i]->link.stats().segments_repeated == 0u);
    }
}

BOOST_AUTO_TEST_CASE(urgency_goes_across_peers)
{
    Star star;
    star.run(seconds(5));
    for (int i = 0; i < 20; ++i)
        star.gateway->link.send(star.user_keys[0].public_key, message_of(Bytes(800)), star.now,
                                star.now + seconds(100));
    star.gateway->link.send(star.user_keys[1].public_key, message_of(Bytes(400)), star.now,
                            star.now + seconds(50));
    star.gateway->link.send(star.user_keys[2].public_key,
                            message_of(Bytes(300), Class::kTransaction), star.now,
                            star.now + seconds(500));
    const auto frame = star.fill(star.gateway->link);
    BOOST_TEST_REQUIRE(frame.has_value());
    for (const auto& user : star.users)
        user->link.receive(*frame, star.now);
    BOOST_TEST(star.users[0]->received.empty());
    BOOST_TEST(star.users[1]->received.size() == 1u);
    BOOST_TEST(star.users[2]->received.size() == 1u);
}
