// A user and a gateway whose packets an enemy carries: he drops, repeats, changes and invents
// them, stops and starts the stations, and has them list and revoke each other. Input: steps of
// an operation byte and two bytes of operands.
//
// Claims: nothing that he changed is taken; what arrives was sent; and when he stops, both are
// up within two minutes.
#include "depinsat/link/link.h"
#include "depinsat/link/store.h"
#include "hand_made_packets.h"

#include <cstdlib>
#include <deque>
#include <memory>

namespace {

using namespace depinsat;
using namespace depinsat::link;
using namespace depinsat::link::test;

void require(bool holds)
{
    if (!holds)
        std::abort();
}

const KeyPair kKeys[2] = {key_pair_of(std::array<uint8_t, 32>{0, 1}),
                          key_pair_of(std::array<uint8_t, 32>{0, 2})};
const KeyPair kStranger = key_pair_of(std::array<uint8_t, 32>{0, 3});
const Bytes kContent = {'d', 'e', 'p', 'i', 'n'};
constexpr Time kClock = std::chrono::hours(24 * 20600);

class World : public LinkEvents
{
public:
    World()
    {
        start(0);
        start(1);
    }

    void step(uint8_t operation, uint8_t a, uint8_t b)
    {
        const int side = operation & 1;
        switch (operation >> 1 & 15) {
        case 0:
        case 1:
        case 2: // carry what the side has to say
            carry(side);
            break;
        case 3: // it is lost
            say(side);
            break;
        case 4: // an earlier packet, to either
            if (!heard_.empty())
                give(side, heard_[a % heard_.size()]);
            break;
        case 5:
            change(side, a, b);
            break;
        case 6: // the right MAC around something else
            forge(side, a, b);
            break;
        case 7:
            start(side);
            break;
        case 8: // with nothing left on disk
            stores_[side] = MemoryStore();
            start(side);
            break;
        case 9:
            list(side, a & 1);
            break;
        case 10:
            now_ += std::chrono::milliseconds(a) * (1 + b);
            tick();
            break;
        case 11:
            send(side);
            break;
        case 12:
            links_[side]->not_sent(sequence_, now_);
            break;
        case 13:
            links_[side]->set_keys(kKeys[side],
                                   a & 1 ? std::optional(kStranger) : std::nullopt);
            break;
        default:
            now_ += std::chrono::milliseconds(10 * a);
            tick();
        }
    }

    void must_come_up()
    {
        list(0, true);
        list(1, true);
        const Time until = now_ + std::chrono::minutes(2);
        while (!up()) {
            require(now_ < until);
            carry(0);
            carry(1);
            now_ += std::chrono::milliseconds(100);
            tick();
        }
    }

private:
    const PublicKey& peer_of(int side) const { return kKeys[1 - side].public_key; }

    void on_message(const PublicKey&, const Message& message) override
    {
        require(message.bytes == kContent && message.kind == 7);
        require(++received_ <= sent_);
    }
    void on_outcome(MessageId, Outcome) override {}
    void on_peer(const PublicKey&, bool) override {}

    void start(int side)
    {
        links_[side].reset();
        links_[side] =
            std::make_unique<Link>(LinkConfig{.initiator = side == 0}, kKeys[side],
                                   std::span(&peer_of(side), 1), *this, stores_[side]);
        links_[side]->set_wall_clock(kClock + now_, {}, now_);
        listed_[side] = true;
    }

    void list(int side, bool listed)
    {
        if (listed != listed_[side])
            listed ? links_[side]->add_peer(peer_of(side))
                   : void(links_[side]->remove_peer(peer_of(side)));
        listed_[side] = listed;
    }

    bool up() const
    {
        return links_[0]->peer_is_up(peer_of(0)) && links_[1]->peer_is_up(peer_of(1));
    }

    void tick()
    {
        for (const auto& link : links_)
            link->run_timers(now_);
    }

    void send(int side)
    {
        // No key: at most once, whatever happens.
        sent_ += links_[side]->send(peer_of(side), {Class::kControl, 7, kContent}, now_,
                                    now_ + std::chrono::minutes(1)) != 0;
    }

    Bytes say(int side)
    {
        Bytes frame(400);
        if (!links_[side]->fill(++sequence_, frame, now_))
            return {};
        links_[side]->sent(sequence_, now_);
        if (heard_.size() < 64)
            heard_.push_back(first_packet(frame));
        return frame;
    }

    void carry(int side)
    {
        const Bytes frame = say(side);
        if (!frame.empty())
            links_[1 - side]->receive(frame, now_);
    }

    void give(int side, const Bytes& packet) { links_[side]->receive(framed(packet), now_); }

    void refuses(int side, const Bytes& packet)
    {
        const uint64_t before = links_[side]->stats().packet_bytes_received;
        give(side, packet);
        require(links_[side]->stats().packet_bytes_received == before);
    }

    void change(int side, uint8_t a, uint8_t b)
    {
        const Bytes frame = say(1 - side);
        Bytes packet = frame.empty() ? Bytes() : first_packet(frame);
        if (packet.empty())
            return;
        packet[a % packet.size()] ^= uint8_t(b | 1);
        refuses(side, packet);
        packet.resize(a % packet.size());
        refuses(side, packet);
    }

    void forge(int side, uint8_t a, uint8_t b)
    {
        const Bytes frame = say(1 - side);
        Bytes packet = frame.empty() ? Bytes() : first_packet(frame);
        if (packet.size() != kHandshake1Bytes && packet.size() != kHandshake2Bytes)
            return;
        const size_t noise =
            packet.size() - kMacBytes -
            (packet.size() == kHandshake1Bytes ? kCookieNameBytes + kCookieProofBytes : 0);
        packet[4 + a % (noise - 4)] ^= uint8_t(b | 1);
        packet.resize(packet.size() - kMacBytes);
        append(packet, mac_of_handshake(kKeys[side].public_key, packet));
        refuses(side, packet);
        const HandMadeOpener stranger(kStranger, kKeys[side].public_key, kStranger,
                                      {.time_stamp = a});
        refuses(side, stranger.packet);
    }

    MemoryStore stores_[2];
    std::unique_ptr<Link> links_[2];
    bool listed_[2] = {true, true};
    std::deque<Bytes> heard_;
    Time now_{0};
    uint64_t sequence_ = 0;
    size_t sent_ = 0, received_ = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    World world;
    for (std::span<const uint8_t> input(data, std::min<size_t>(size, 300)); input.size() >= 3;
         input = input.subspan(3))
        world.step(input[0], input[1], input[2]);
    world.must_come_up();
    return 0;
}
