#pragma once

#include "hand_made_packets.h"

#include "depinsat/link/link.h"
#include "depinsat/link/store.h"

#include <array>
#include <cstdint>
#include <memory>
#include <random>
#include <stdexcept>
#include <string_view>
#include <vector>

/// A gateway with many peers, and what its enemies can send to it.
namespace depinsat::link::test {

enum class Hostile {
    kRandom,      ///< bytes, one in two with an index in use
    kBitFlipped,  ///< packets that were not delivered yet, one bit of each changed
    kTruncated,   ///< likewise, cut anywhere
    kReplayed,    ///< of the sessions in use, handshakes among them
    kReflected,   ///< the gateway's own
    kAnotherPeer, ///< of one peer with the index of another
    kOldEpoch,    ///< of the session before, with its index or that of the present one
    kRevoked,     ///< of a station that is no longer listed, with its index or another's
    kAfterRestart ///< of an earlier run of the gateway; restart() comes first
};
inline constexpr std::array<std::pair<Hostile, std::string_view>, 9> kHostileKinds{
    {{Hostile::kRandom, "random"},
     {Hostile::kBitFlipped, "bit_flipped"},
     {Hostile::kTruncated, "truncated"},
     {Hostile::kReplayed, "replayed"},
     {Hostile::kReflected, "reflected"},
     {Hostile::kAnotherPeer, "another_peer"},
     {Hostile::kOldEpoch, "old_epoch"},
     {Hostile::kRevoked, "revoked"},
     {Hostile::kAfterRestart, "after_restart"}}};

class HostileAir : public LinkEvents
{
public:
    /// @param content  bytes of the messages, each of which is one packet.
    explicit HostileAir(size_t peers, size_t content = 200) : users_(peers), content_(content)
    {
        std::vector<PublicKey> keys;
        for (size_t i = 0; i < peers; ++i) {
            users_[i].keys =
                key_pair_of(std::array<uint8_t, 32>{1, uint8_t(i), uint8_t(i >> 8)});
            keys.push_back(users_[i].keys.public_key);
        }
        link_ = std::make_unique<Link>(LinkConfig{.initiator = false}, kGateway, keys, *this,
                                       store_);
        for (User& user : users_)
            open(user);
        for (size_t i = 0; i < kBusy; ++i) {
            users_[i].counter = 100; // which the next session will not have seen
            for (int n = 0; n < 4; ++n)
                old_.push_back(deliver(data(users_[i])));
            open(users_[i]);
            for (int n = 0; n < 4; ++n)
                seen_.push_back(deliver(data(users_[i])));
            for (int n = 0; n < 4; ++n)
                fresh_.push_back(data(users_[i]));
        }
        for (size_t i = peers - kRevoked; i < peers; ++i) {
            for (int n = 0; n < 4; ++n)
                revoked_.push_back(data(users_[i]));
            revoked_.push_back(opening(users_[i]));
            link_->remove_peer(users_[i].keys.public_key);
        }
        for (size_t i = 0; i < kBusy; ++i)
            link_->send(users_[i].keys.public_key, {Class::kBulk, 1, Bytes(100)}, now,
                        std::chrono::hours(1));
        fill();
        warm_up();
    }

    /// Frames of one packet each; the same seed gives the same ones.
    std::vector<Bytes> frames(Hostile kind, size_t count, uint64_t seed = 1)
    {
        random_.seed(seed);
        std::vector<Bytes> all;
        while (all.size() < count)
            all.push_back(framed(packet(kind)));
        return all;
    }

    /// Another run of the gateway with the same store.
    void restart()
    {
        std::vector<PublicKey> keys;
        for (size_t i = 0; i + kRevoked < users_.size(); ++i)
            keys.push_back(users_[i].keys.public_key);
        link_ = std::make_unique<Link>(LinkConfig{.initiator = false}, kGateway, keys, *this,
                                       store_);
        for (const Bytes& frame : frames(Hostile::kAfterRestart, 4000))
            link_->receive(frame, now);
    }

    /// A handshake 1 of a stranger who knows the gateway's public key, each another.
    static Bytes strangers_opening()
    {
        static const KeyPair stranger = generate_key_pair();
        return framed(
            HandMadeOpener(stranger, kGateway.public_key, generate_key_pair()).packet);
    }

    Link& gateway() { return *link_; }

    /// @return whether a listed peer is heard still.
    bool hears_a_peer()
    {
        const size_t before = received_;
        link_->receive(framed(data(users_[kBusy])), now);
        return received_ == before + 1;
    }
    size_t received() const { return received_; }

    Time now{std::chrono::seconds(1)};

private:
    static constexpr size_t kBusy = 50, kRevoked = 10;
    inline static const KeyPair kGateway = key_pair_of(std::array<uint8_t, 32>{8, 8, 8, 8});

    struct User {
        KeyPair keys{};
        std::unique_ptr<HandMadeOpener> opener{};
        uint32_t counter = 0;
        uint16_t message = 0;
        uint64_t stamp = 0;
    };

    void on_message(const PublicKey&, const Message&) override { ++received_; }
    void on_outcome(MessageId, Outcome) override {}
    void on_peer(const PublicKey&, bool) override {}

    // What is refused once is known then, and every buffer has its size.
    void warm_up()
    {
        for (const auto* packets : {&seen_, &revoked_})
            for (const Bytes& packet : *packets) {
                now += std::chrono::milliseconds(3);
                deliver(packet);
            }
        for (const User& user : users_) {
            Bytes longest(100 + content_); // longer than any below
            longest[0] = 0x80;
            longest[kPacketHeaderBytes] = 0x7F; // of a counter that was not seen
            deliver(with_index(longest, user.opener->remote_index));
        }
    }

    Bytes opening(User& user)
    {
        user.opener = std::make_unique<HandMadeOpener>(user.keys, kGateway.public_key,
                                                       generate_key_pair(),
                                                       Words{.time_stamp = ++user.stamp});
        return user.opener->packet;
    }

    Bytes deliver(const Bytes& packet)
    {
        link_->receive(framed(packet), now);
        return packet;
    }

    Bytes fill()
    {
        Bytes frame(400);
        if (link_->fill(++sequence_, frame, now)) {
            link_->sent(sequence_, now);
            own_.push_back(first_packet(frame));
        }
        return first_packet(frame);
    }

    void open(User& user)
    {
        now += std::chrono::milliseconds(3); // less often than the budget of the curve
        seen_.push_back(deliver(opening(user)));
        if (!user.opener->read(fill()))
            throw std::logic_error("a listed peer gets no answer");
        user.counter = 0;
        deliver(sealed(user.opener->noise.keys().send, user.opener->remote_index,
                       user.counter++, Bytes{0}));
        if (!link_->peer_is_up(user.keys.public_key))
            throw std::logic_error("a listed peer is not up");
    }

    Bytes data(User& user)
    {
        Bytes items(kSegmentHeaderBytes + content_);
        const Bytes content(content_, uint8_t(user.message));
        write_segment({.message_id = user.message++,
                       .last = true,
                       .message_class = Class::kBulk,
                       .kind = 1,
                       .bytes = content},
                      items);
        return sealed(user.opener->noise.keys().send, user.opener->remote_index, user.counter++,
                      items);
    }

    const Bytes& any(const std::vector<Bytes>& packets)
    {
        return packets[random_() % packets.size()];
    }

    static Bytes with_index(Bytes packet, uint16_t index)
    {
        packet[0] = uint8_t((packet[0] & 0xC0) | index >> 8);
        packet[1] = uint8_t(index);
        return packet;
    }

    uint16_t index_in_use() { return users_[random_() % kBusy].opener->remote_index; }

    Bytes packet(Hostile kind)
    {
        Bytes packet;
        switch (kind) {
        case Hostile::kRandom:
            packet.resize(kPacketHeaderBytes + random_() % 250);
            for (auto& byte : packet)
                byte = uint8_t(random_());
            return random_() % 2 ? packet : with_index(packet, index_in_use());
        case Hostile::kBitFlipped:
            packet = any(fresh_);
            packet[random_() % packet.size()] ^= uint8_t(1 << random_() % 8);
            return packet;
        case Hostile::kTruncated:
            packet = any(fresh_);
            packet.resize(random_() % packet.size());
            return packet;
        case Hostile::kReplayed:
        case Hostile::kAfterRestart:
            return any(seen_);
        case Hostile::kReflected:
            return any(own_);
        case Hostile::kAnotherPeer: // with counters that were not seen
            packet = sealed(users_[kBusy + 1].opener->noise.keys().send, 0, uint32_t(random_()),
                            Bytes(content_ + 20));
            return with_index(packet, index_in_use());
        case Hostile::kOldEpoch: {
            const size_t i = random_() % old_.size();
            return random_() % 2 ? old_[i]
                                 : with_index(old_[i], users_[i / 4].opener->remote_index);
        }
        case Hostile::kRevoked:
            packet = any(revoked_);
            return random_() % 2 || packet.size() == kHandshake1Bytes
                       ? packet
                       : with_index(packet, index_in_use());
        }
        return packet;
    }

    MemoryStore store_;
    std::vector<User> users_;
    const size_t content_;
    std::unique_ptr<Link> link_;
    std::vector<Bytes> old_, seen_, fresh_, revoked_, own_;
    std::mt19937_64 random_;
    uint64_t sequence_ = 0;
    size_t received_ = 0;
};

} // namespace depinsat::link::test
