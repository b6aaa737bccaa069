#pragma once

#include "bridge/beacon/consensus.h"

#include "depinsat/link/link.h"

#include <functional>

namespace depinsat::bridge::beacon {

using Milliseconds = std::chrono::milliseconds;

/// What both ends of the bridge need of the world: clock, timers, link. The daemon has one of
/// Asio; tests have one of virtual time.
class Surroundings
{
public:
    using Done = std::function<void(link::Outcome)>;

    virtual ~Surroundings() = default;

    /// Of the wall clock.
    virtual UnixTime now() const = 0;

    /// Calls once, later, never from within.
    virtual void after(std::chrono::nanoseconds, std::function<void()>) = 0;

    /// As LinkDriver::send(): false if the link refuses; then `done` is not called.
    virtual bool
    send(const link::PublicKey& peer, link::Message, Milliseconds lifetime, Done done) = 0;

    virtual bool is_up(const link::PublicKey& peer) const = 0;
};

} // namespace depinsat::bridge::beacon
