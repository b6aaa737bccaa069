#pragma once

#include "directory.h"

#include "depinsat/link/link.h"
#include "depinsat/link/wire.h"

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <unordered_set>

namespace depinsat::link {

/// By which a handshake 1 is known again: its MAC, which covers all of it.
using OpeningName = std::array<uint8_t, kMacBytes>;

/// By which a cookie is found: a hash of it.
using CookieName = uint64_t;

/// SipHash under a key of this run, so that nobody can make names that collide.
class OpeningHash
{
public:
    OpeningHash();
    size_t operator()(const OpeningName&) const;

private:
    std::array<uint8_t, 16> key_;
};

/// How often handshakes may cost operations on the curve: so many a second, and a burst of
/// kBurst after quiet.
class CurveBudget
{
public:
    static constexpr unsigned kBurst = 64;

    /// @param per_second  at least 1.
    explicit CurveBudget(unsigned per_second)
        : interval_(std::chrono::nanoseconds(std::chrono::seconds(1)) / per_second)
    {}

    /// @return whether there is one left; then it is used.
    bool take(Time now)
    {
        const Time earliest = now - (kBurst - 1) * interval_;
        if (next_ > now)
            return false;
        next_ = (next_ > earliest ? next_ : earliest) + interval_;
        return true;
    }

private:
    Time interval_;
    Time next_ = Time::min(); ///< when the budget is not used up
};

/// What stands between a handshake 1 and the curve at a gateway: who is known by it, by its
/// cookie, and what was refused before.
struct OpeningGuard {
    explicit OpeningGuard(unsigned per_second) : budget(per_second) {}

    Directory<OpeningName, OpeningHash> answered; ///< openings that have one
    Directory<CookieName> cookies;
    CurveBudget budget;

    bool was_refused(const OpeningName& name) const { return refused_.contains(name); }
    void refuse(const OpeningName&);
    void forget_refused(); ///< as when the list of peers changes

private:
    static constexpr size_t kRefused = 4096; ///< the oldest make room

    std::unordered_set<OpeningName, OpeningHash> refused_{0, OpeningHash()};
    std::deque<OpeningName> refused_order_;
};

} // namespace depinsat::link
