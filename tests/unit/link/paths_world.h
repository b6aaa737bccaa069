#pragma once

#include "simulated_path.h"

#include <boost/test/unit_test.hpp>

/// Two stations with several paths between them, in virtual time.
namespace depinsat::link::test {

inline constexpr Time kForever = std::chrono::hours(1000);
inline constexpr milliseconds kFrame{10};

struct Listener : Station {
    using Station::Station;
    void on_path(const PublicKey&, unsigned path, bool up) override
    {
        turns.emplace_back(path, up);
    }
    std::vector<std::pair<unsigned, bool>> turns;
};

/// One way between the stations, which may be cut in either direction.
struct Way {
    milliseconds delay;
    bool cut[2] = {false, false}; ///< from the user, from the gateway
    uint64_t bytes[2] = {0, 0};   ///< of frames that were not empty
    std::vector<uint64_t> sequence{0, 0};
    bool modem_runs = true; ///< at both ends
};

class World
{
public:
    explicit World(std::vector<Way> paths) : ways(std::move(paths))
    {
        LinkConfig config;
        if (ways.size() > 1)
            for (const Way& way : ways)
                config.paths.push_back({way.delay, kFrame, milliseconds(0)});
        else
            config.one_way_delay = ways[0].delay, config.max_frame_time = kFrame;
        user = std::make_unique<Listener>(true, keys.user, keys.gateway.public_key, config);
        gateway = std::make_unique<Listener>(false, keys.gateway, keys.user.public_key, config);
    }

    bool run(Time until, const std::function<bool()>& done = {})
    {
        for (; now < until; now += kFrame) {
            deliver();
            for (unsigned path = 0; path < ways.size(); ++path) {
                send(*user, path, 0);
                send(*gateway, path, 1);
            }
            for (Listener* station : {user.get(), gateway.get()}) {
                station->link.run_timers(now);
                BOOST_REQUIRE(station->link.next_timer() > now);
            }
            if (done && done())
                return true;
        }
        return !done;
    }

    MessageId send(Station& from, Message message, Time lifetime = kForever)
    {
        return from.link.send(from.peer_key, std::move(message), now, now + lifetime);
    }

    bool is_up(const Listener& at, unsigned path) const
    {
        return at.link.path_state(at.peer_key, path).up;
    }

    void cut(unsigned path, bool is_cut = true)
    {
        ways[path].cut[0] = ways[path].cut[1] = is_cut;
    }

    const TwoKeys keys;
    std::vector<Way> ways;
    std::unique_ptr<Listener> user, gateway;
    Time now{0};

private:
    struct Frame {
        int to;
        unsigned path;
        Bytes bytes;
    };

    void send(Listener& station, unsigned path, int from)
    {
        Way& way = ways[path];
        if (!way.modem_runs)
            return;
        Bytes frame(890);
        const uint64_t sequence = ++way.sequence[size_t(from)];
        if (!station.link.fill(sequence, frame, now, {path, now, kFrame}))
            return;
        way.bytes[from] += frame.size();
        station.link.sent(sequence, now, path);
        if (!way.cut[from])
            on_the_way_.emplace(now + kFrame + way.delay, Frame{1 - from, path, frame});
    }

    void deliver()
    {
        while (!on_the_way_.empty() && on_the_way_.begin()->first <= now) {
            const Frame frame = std::move(on_the_way_.begin()->second);
            on_the_way_.erase(on_the_way_.begin());
            (frame.to ? gateway : user)->link.receive(frame.bytes, now, frame.path);
        }
    }

    std::multimap<Time, Frame> on_the_way_;
};

struct BothDone {
    const World& world;
    size_t each;
    bool operator()() const
    {
        return world.user->outcomes.size() == each && world.gateway->outcomes.size() == each;
    }
};

inline Bag bag_of(const std::vector<Message>& messages)
{
    Bag bag;
    for (const Message& message : messages)
        bag.insert(message.bytes);
    return bag;
}

} // namespace depinsat::link::test
