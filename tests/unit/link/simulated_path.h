#pragma once

#include "depinsat/link/link.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

/// Two stations in virtual time, joined by a path that loses, repeats, reorders and damages
/// frames.
namespace depinsat::link::test {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Bytes = std::vector<uint8_t>;

struct ByBytes {
    bool operator()(const Bytes& a, const Bytes& b) const
    {
        return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
    }
};
using Bag = std::multiset<Bytes, ByBytes>;

inline Message message_of(Bytes bytes, Class message_class = Class::kBulk, uint8_t kind = 1)
{
    return {message_class, kind, std::move(bytes)};
}

inline Bytes random_bytes(size_t size, uint64_t seed)
{
    std::mt19937_64 random(seed);
    Bytes bytes(size);
    for (auto& byte : bytes)
        byte = uint8_t(random());
    return bytes;
}

/// One run of a station's program; what it is told is written down.
class Station : public LinkEvents
{
public:
    /// @param kept  what an earlier run left.
    /// @param disk  where it is, if that outlives the station; then the configuration has the
    ///              wall's clock.
    Station(bool initiator,
            const KeyPair& own,
            const PublicKey& peer,
            LinkConfig config = {},
            MemoryStore kept = {},
            Store* disk = nullptr)
        : store(std::move(kept)),
          link((config.initiator = initiator, config),
               own,
               std::span(&peer, 1),
               *this,
               disk ? *disk : store),
          peer_key(peer)
    {
        // Some day of 2026, so that the next run has larger time stamps.
        if (!disk)
            link.set_wall_clock(std::chrono::hours(24 * 20600), {}, Time::zero());
    }

    void on_message(const PublicKey& peer, const Message& message) override
    {
        if (message.key && takes)
            link.taken(peer, *message.key);
        received.push_back(message);
        if (answer)
            answer(message);
    }
    void on_outcome(MessageId id, Outcome outcome) override
    {
        outcomes.emplace(id, std::vector<Outcome>()).first->second.push_back(outcome);
    }
    void on_peer(const PublicKey&, bool is_up) override { changes.push_back(is_up); }

    size_t outcomes_of(Outcome outcome) const
    {
        size_t count = 0;
        for (const auto& [id, told] : outcomes)
            count += told == std::vector{outcome};
        return count;
    }

    MemoryStore store;
    Link link;
    PublicKey peer_key;
    std::vector<Message> received;
    std::map<MessageId, std::vector<Outcome>> outcomes;
    std::vector<bool> changes;
    std::function<void(const Message&)> answer;
    bool takes = true; ///< what has a key
};

struct Impairments {
    double loss = 0;
    double repeated = 0;
    double damaged = 0;
    milliseconds reorder{0}; ///< each frame is late by up to this
    bool reflected = false;  ///< a station hears its own frames, too
};

struct AirConfig {
    size_t data_field_bytes = 890; ///< QPSK 1/2, short frame
    milliseconds frame_time{10};
    milliseconds one_way{250};
    Impairments impairments;
    uint64_t seed = 1;
};

/// Both directions, with a modem at each end that asks for a frame every frame time.
class Path
{
public:
    explicit Path(const AirConfig& config) : config(config), random_(config.seed) {}

    /// Runs the stations until `until` or until `done` holds.
    bool run(Station& user, Station& gateway, Time until, std::function<bool()> done = {})
    {
        while (now < until) {
            deliver(user, gateway);
            send(user, 0);
            send(gateway, 1);
            run_timers(user, time_of(0));
            run_timers(gateway, time_of(1));
            if (done && done())
                return true;
            now += config.frame_time;
        }
        return !done;
    }

    Time now{0};
    AirConfig config;
    bool cut[2] = {false, false};      ///< by direction: from the user, from the gateway
    bool modem_runs[2] = {true, true}; ///< by station
    std::function<Time(int station, Time)> clock; ///< of the station; none: both show `now`
    std::function<void(int from, const Bytes&)> tap;

private:
    struct Frame {
        int to;
        Bytes bytes;
    };

    Time time_of(int station) const { return clock ? clock(station, now) : now; }

    void run_timers(Station& station, Time now)
    {
        station.link.run_timers(now);
        if (station.link.next_timer() <= now)
            throw std::logic_error("what is due was not done");
    }

    double uniform() { return std::uniform_real_distribution<>()(random_); }

    void send(Station& station, int from)
    {
        if (!modem_runs[from])
            return;
        Bytes frame(config.data_field_bytes);
        const Slot slot{0, time_of(from), config.frame_time};
        if (!station.link.fill(++sequence_, frame, time_of(from), slot))
            return;
        station.link.sent(sequence_, time_of(from));
        if (tap)
            tap(from, frame);
        const Impairments& bad = config.impairments;
        if (bad.reflected)
            on_the_way_.emplace(arrival(), Frame{from, frame});
        if (cut[from] || uniform() < bad.loss)
            return;
        if (uniform() < bad.repeated)
            on_the_way_.emplace(arrival(), Frame{1 - from, frame});
        if (uniform() < bad.damaged)
            frame[random_() % frame.size()] ^= uint8_t(1 << random_() % 8);
        on_the_way_.emplace(arrival(), Frame{1 - from, frame});
    }

    Time arrival()
    {
        const double late = double(Time(config.impairments.reorder).count()) * uniform();
        return now + config.frame_time + config.one_way + Time(int64_t(late));
    }

    void deliver(Station& user, Station& gateway)
    {
        while (!on_the_way_.empty() && on_the_way_.begin()->first <= now) {
            const Frame frame = std::move(on_the_way_.begin()->second);
            on_the_way_.erase(on_the_way_.begin());
            (frame.to ? gateway : user).link.receive(frame.bytes, time_of(frame.to));
        }
    }

    std::mt19937_64 random_;
    std::multimap<Time, Frame> on_the_way_;
    uint64_t sequence_ = 0;
};

/// Keys of two stations that list each other, the same in every run.
struct TwoKeys {
    KeyPair user = key_pair_of(std::array<uint8_t, 32>{1, 2, 3});
    KeyPair gateway = key_pair_of(std::array<uint8_t, 32>{4, 5, 6});

    std::unique_ptr<Station> make_user(LinkConfig config = {}, MemoryStore kept = {}) const
    {
        return std::make_unique<Station>(true, user, gateway.public_key, config,
                                         std::move(kept));
    }
    std::unique_ptr<Station> make_gateway(LinkConfig config = {}, MemoryStore kept = {}) const
    {
        return std::make_unique<Station>(false, gateway, user.public_key, config,
                                         std::move(kept));
    }
};

} // namespace depinsat::link::test
