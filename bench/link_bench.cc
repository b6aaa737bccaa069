// Throughput of the link alone: two links in one process, frames handed over in memory.
#include "depinsat/link/link.h"

#include <benchmark/benchmark.h>

namespace {

using namespace depinsat::link;

constexpr size_t kMessageBytes = 1200;
constexpr size_t kDataFieldBytes = 4016; // QPSK 1/2, normal frame
constexpr int kMessages = 300;           // a round: about 90 frames
constexpr Time kForever = std::chrono::hours(24 * 365);

class Counter : public LinkEvents
{
public:
    void on_message(const PublicKey&, const Message& message) override
    {
        received_bytes += message.bytes.size();
    }
    void on_outcome(MessageId, Outcome outcome) override
    {
        delivered += outcome == Outcome::kDone;
    }
    void on_peer(const PublicKey&, bool) override {}

    uint64_t received_bytes = 0, delivered = 0;
};

struct Loopback {
    KeyPair user_key = generate_key_pair(), gateway_key = generate_key_pair();
    Counter user_events, gateway_events;
    MemoryStore user_store, gateway_store;
    LinkConfig user_config{.one_way_delay = std::chrono::milliseconds(1)};
    LinkConfig gateway_config{.initiator = false,
                              .one_way_delay = std::chrono::milliseconds(1)};
    Link user{user_config, user_key, std::span(&gateway_key.public_key, 1), user_events,
              user_store};
    Link gateway{gateway_config, gateway_key, std::span(&user_key.public_key, 1),
                 gateway_events, gateway_store};
    std::vector<uint8_t> frame = std::vector<uint8_t>(kDataFieldBytes);
    Time now{0};
    uint64_t sequence = 0;

    void step()
    {
        now += std::chrono::milliseconds(1);
        for (Link* from : {&user, &gateway})
            if (from->fill(++sequence, frame, now)) {
                from->sent(sequence, now);
                (from == &user ? gateway : user).receive(frame, now);
            }
    }
};

void loopback(benchmark::State& state)
{
    Loopback link;
    while (!link.user.peer_is_up(link.gateway_key.public_key))
        link.step();
    for (auto _ : state) {
        for (int i = 0; i < kMessages; ++i)
            link.user.send(link.gateway_key.public_key,
                           {Class::kBulk, 1, std::vector<uint8_t>(kMessageBytes)}, link.now,
                           kForever);
        const uint64_t goal = link.user_events.delivered + kMessages;
        while (link.user_events.delivered < goal)
            link.step();
    }
    if (link.user.stats().segments_repeated)
        state.SkipWithError("segments were repeated on a perfect path");
    state.counters["payload_bits_per_second"] = benchmark::Counter(
        8.0 * double(link.gateway_events.received_bytes), benchmark::Counter::kIsRate);
}

} // namespace

BENCHMARK(loopback)->Name("link/loopback/1200");
