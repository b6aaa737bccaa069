#pragma once

#include "depinsat/framing/gse.h"
#include "depinsat/link/group.h"
#include "depinsat/link/link.h"
#include "depinsat/link/wire_group.h"
#include "group_keys.h"
#include "random_bytes.h"

#include <map>
#include <memory>
#include <vector>

/// Stations of a group, joined by frames that a test passes on or not.
namespace depinsat::link::test {

using Bytes = std::vector<uint8_t>;
inline constexpr Time kForever = std::chrono::hours(1000);
inline constexpr Time kFrameTime = std::chrono::milliseconds(10);

inline Bytes seeded_bytes(size_t size, unsigned seed)
{
    std::mt19937 random(seed);
    return depinsat::test::random_bytes(size, random);
}

inline KeyPair station_key(uint8_t station)
{
    return key_pair_of(std::array<uint8_t, 32>{0, station});
}

inline GroupSender sender_of(const KeyPair& keys)
{
    return {keys.public_key, verify_key_of(keys)};
}

inline Key group_key(uint8_t first)
{
    Key key;
    key.fill(first);
    return key;
}

inline Group group_of(GroupId id, const Key& key, std::vector<GroupSender> senders)
{
    Group group;
    group.id = id;
    group.keys = {key};
    group.senders = std::move(senders);
    return group;
}

/// One run of a station's program; what it is told is written down.
class Member : public LinkEvents
{
public:
    struct Received {
        GroupId group;
        PublicKey sender;
        Message message;
    };

    Member(const KeyPair& own,
           Store& its_store,
           std::vector<PublicKey> peers = {},
           bool initiator = false)
        : keys(own), link({.initiator = initiator}, own, peers, *this, its_store)
    {}

    void on_message(const PublicKey&, const Message&) override { ++from_peers; }
    void on_outcome(MessageId id, Outcome outcome) override { outcomes[id].push_back(outcome); }
    void on_peer(const PublicKey&, bool) override {}
    void on_group_message(GroupId id, const PublicKey& sender, const Message& message) override
    {
        received.push_back({id, sender, message});
    }

    MessageId say(Bytes bytes, Class c = Class::kBulk, Time deadline = kForever)
    {
        return link.send_group(1, {c, 7, std::move(bytes)}, now, deadline);
    }

    /// A frame that went on air; empty if there was nothing to send.
    Bytes frame(size_t bytes = 800)
    {
        Bytes data_field(bytes);
        const size_t used = link.fill(++sequence, data_field, now);
        if (used)
            link.sent(sequence, now);
        now += kFrameTime;
        link.run_timers(now);
        if (!used)
            data_field.clear();
        return data_field;
    }

    /// Until nothing has come for a second.
    std::vector<Bytes> all_frames(size_t bytes = 800)
    {
        std::vector<Bytes> frames;
        for (Time last = now; now < last + std::chrono::seconds(1);)
            if (Bytes one = frame(bytes); !one.empty()) {
                frames.push_back(std::move(one));
                last = now;
            }
        return frames;
    }

    void hear(const Bytes& data_field)
    {
        now += kFrameTime;
        link.receive(data_field, now);
        link.run_timers(now);
    }

    KeyPair keys;
    Link link;
    Time now{0};
    uint64_t sequence = 0;
    std::vector<Received> received;
    size_t from_peers = 0; ///< messages in sessions
    std::map<MessageId, std::vector<Outcome>> outcomes;
};

/// A sender and a receiver of group 1.
struct Pair {
    Key key = group_key(9);
    MemoryStore sender_store, receiver_store;
    std::unique_ptr<Member> sender, receiver;

    Pair()
    {
        start_sender();
        start_receiver();
    }
    void start_sender(std::vector<PublicKey> peers = {})
    {
        sender = std::make_unique<Member>(station_key(1), sender_store, peers);
        Group group = group_of(1, key, {});
        group.sends = true;
        sender->link.join(group);
    }
    void start_receiver()
    {
        receiver = std::make_unique<Member>(station_key(2), receiver_store);
        receiver->link.join(group_of(1, key, {sender_of(station_key(1))}));
    }
};

/// The packets of a data field.
inline std::vector<Bytes> packets_of(const Bytes& data_field)
{
    std::vector<Bytes> packets;
    framing::GseParser parser;
    parser.parse(data_field, [&](const framing::GsePdu& pdu) {
        packets.emplace_back(pdu.bytes.begin(), pdu.bytes.end());
    });
    return packets;
}

inline Bytes frame_of(const Bytes& packet)
{
    Bytes frame(framing::kGseHeaderBytes + packet.size());
    framing::write_gse_header(kEtherType, packet.size(),
                              std::span(frame).first<framing::kGseHeaderBytes>());
    std::copy(packet.begin(), packet.end(), frame.begin() + framing::kGseHeaderBytes);
    return frame;
}

/// Who has the group's key, and heard the opening of the sender's run: seals whatever it likes
/// in the sender's name, but cannot sign.
class Impostor
{
public:
    Impostor(const Key& group, const PublicKey& sender, const Bytes& opening)
        : keys_(group, sender)
    {
        std::span<const uint8_t> rest = std::span(opening).subspan(kDataHeaderBytes);
        run.number = read_u32(rest.first<4>());
        std::copy_n(rest.begin() + 4, kRunSaltBytes, run.salt.begin());
    }

    Bytes packet(uint32_t counter, std::span<const uint8_t> items) const
    {
        Bytes packet(kDataOverhead + items.size());
        const auto header = std::span(packet).first<kDataHeaderBytes>();
        write_group_header({keys_.number(), counter}, header);
        seal(keys_.key_of(run), counter, header, items,
             std::span(packet).subspan(kDataHeaderBytes));
        return packet;
    }

    Bytes signed_packet(uint32_t counter, Bytes items, const KeyPair& signer) const
    {
        const auto signature = Signer(signer).sign(keys_.items_to_sign(run, counter, items));
        const size_t end = items.size();
        items.resize(end + kSignatureItemBytes);
        write_signature(signature, std::span(items).subspan(end));
        return packet(counter, items);
    }

    const GroupKeys& keys() const { return keys_; }
    Run run;

private:
    GroupKeys keys_;
};

} // namespace depinsat::link::test
