#pragma once

#include "bridge/beacon/surroundings.h"
#include "linksim/events.h"

#include <set>
#include <vector>

namespace depinsat::test {

/// A clock that the test sets, and a link that keeps what is sent.
class FakeSurroundings : public bridge::beacon::Surroundings
{
public:
    struct Sent {
        link::PublicKey peer;
        link::Message message;
        bridge::beacon::Milliseconds lifetime;
        Done done;
    };

    bridge::beacon::UnixTime now() const override { return origin + events.now(); }
    void after(std::chrono::nanoseconds time, std::function<void()> what) override
    {
        events.at(events.now() + std::max<link::Time>(time, link::Time(1)), std::move(what));
    }
    bool send(const link::PublicKey& peer,
              link::Message message,
              bridge::beacon::Milliseconds lifetime,
              Done done) override
    {
        if (!up.contains(peer))
            return false;
        sent.push_back({peer, std::move(message), lifetime, std::move(done)});
        return true;
    }
    bool is_up(const link::PublicKey& peer) const override { return up.contains(peer); }

    void run(std::chrono::nanoseconds time)
    {
        const auto until = events.now() + time;
        while (events.step(until)) {
        }
    }

    /// What was sent of this kind since the last call.
    std::vector<Sent> take(uint8_t kind)
    {
        std::vector<Sent> taken;
        std::erase_if(sent, [&](Sent& one) {
            if (one.message.kind != kind)
                return false;
            taken.push_back(std::move(one));
            return true;
        });
        return taken;
    }

    linksim::Events events;
    bridge::beacon::UnixTime origin{};
    std::set<link::PublicKey> up;
    std::vector<Sent> sent;
};

inline link::PublicKey key_number(uint8_t number)
{
    link::PublicKey key{};
    key[0] = number;
    return key;
}

} // namespace depinsat::test
