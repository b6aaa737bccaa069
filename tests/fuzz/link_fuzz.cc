// A gateway's receive path, twice: bytes from anybody, and items from a listed peer that has
// gone mad. Input: packets of a mode byte (even: raw, odd: sealed as items), a length byte, the
// bytes.
#include "depinsat/link/link.h"
#include "depinsat/link/wire.h"
#include "hand_made_packets.h"

#include <algorithm>
#include <cstdlib>

namespace {

using namespace depinsat;
using namespace depinsat::link;
using namespace depinsat::link::test;

void require(bool holds)
{
    if (!holds)
        std::abort();
}

class Events : public LinkEvents
{
public:
    void on_message(const PublicKey&, const Message& message) override
    {
        require(message.bytes.size() <= kMaxMessageBytes);
        ++messages;
    }
    void on_outcome(MessageId id, Outcome) override { require(id != 0 && id <= 3); }
    void on_peer(const PublicKey&, bool) override {}
    size_t messages = 0;
};

const KeyPair kUser = key_pair_of(std::array<uint8_t, 32>{0, 1});
const KeyPair kGateway = key_pair_of(std::array<uint8_t, 32>{0, 2});
const KeyPair kEphemeral = key_pair_of(std::array<uint8_t, 32>{0, 3});

// The peer: does the handshake by the book, and then whatever the input says.
class Attacker
{
public:
    explicit Attacker(Link& link) : link_(link)
    {
        give(opener_.packet);
        Bytes frame(400);
        require(link_.fill(1, frame, now) > 0);
        require(opener_.read(first_packet(frame)));
        give_items(Bytes{0}); // a ping proves that the keys are right
        require(link_.peer_is_up(kUser.public_key));
    }

    void give_items(std::span<const uint8_t> items)
    {
        give(sealed(opener_.noise.keys().send, opener_.remote_index, counter_++, items));
    }

    void give(std::span<const uint8_t> packet) { link_.receive(framed(packet), now); }

    Time now{0};

private:
    Link& link_;
    HandMadeOpener opener_{kUser, kGateway.public_key, kEphemeral};
    uint32_t counter_ = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    Events events;
    MemoryStore store;
    Link link({.initiator = false}, kGateway, std::span(&kUser.public_key, 1), events, store);
    Attacker attacker(link);
    for (const size_t bytes : {0, 100, 3000})
        link.send(kUser.public_key, {Class::kBulk, 1, Bytes(bytes)}, attacker.now,
                  std::chrono::minutes(5));
    std::span<const uint8_t> input(data, size);
    Bytes frame(300);
    for (uint64_t sequence = 2; input.size() >= 2; ++sequence) {
        const uint8_t mode = input[0];
        const size_t length = std::min<size_t>(input[1], input.size() - 2);
        const auto bytes = input.subspan(2, length);
        input = input.subspan(2 + length);
        if (mode % 2)
            attacker.give_items(bytes);
        else
            attacker.give(bytes);
        attacker.now += std::chrono::milliseconds(mode);
        require(link.fill(sequence, frame, attacker.now) <= frame.size());
        if (mode & 8)
            link.not_reported(sequence, attacker.now);
        else if (mode & 4)
            link.not_sent(sequence, attacker.now);
        else if (mode & 2)
            link.sent(sequence, attacker.now);
        link.next_timer(); // asserts that nothing is due before it
    }
    return 0;
}
