#pragma once

#include "linksim/clock_watch.h"
#include "linksim/events.h"
#include "linksim/ledger.h"
#include "linksim/nonce_watch.h"
#include "linksim/path.h"
#include "linksim/scenario.h"
#include "linksim/station.h"

#include <memory>
#include <optional>
#include <vector>

namespace depinsat::linksim {

/// Runs a scenario: user stations, the gateway, the paths between them, in virtual time.
///
/// The same scenario and seed give the same loss and traffic; keys and session indices are the
/// link's own random numbers and change no length.
class Simulation
{
public:
    Simulation(Scenario, uint64_t seed);
    Simulation(const Simulation&) = delete;

    /// Runs on until `until` of virtual time. @return false at the end of the scenario.
    bool run(Time until);

    const Scenario& scenario() const { return scenario_; }
    Time now() const { return events_.now(); }
    const Ledger& ledger() const { return ledger_; }
    Ledger::Violations violations() const;

    struct Traffic {
        Station::Totals up, down; ///< all users together; the gateway
        link::LinkStats users, gateway;
    };
    Traffic traffic() const; ///< since the start

    /// What traffic() was at measured_from.
    const Traffic& traffic_before() const { return before_; }
    double peer_bytes() const { return peer_bytes_; }
    uint64_t crashes() const;

    /// Frames that were, in part, sent while their path's satellite did not pass.
    uint64_t frames_outside() const { return frames_outside_; }

    /// All programs end; nothing else may be called. @return bytes that their links had.
    size_t end();

    const std::optional<NonceWatch>& nonces() const { return nonces_; }

    const ClockWatch& clocks() const { return clocks_; }

private:
    void plan_crashes(uint64_t seed);
    void make_stations(uint64_t seed);
    void watch_clocks();
    using Frame = std::shared_ptr<const std::vector<uint8_t>>;
    void to_gateway(size_t user, unsigned path, const Frame&, Time end);
    void to_users(unsigned path, const Frame&, Time end);
    Station::Settings settings_of(bool user) const;
    bool in_pass(unsigned path, const Direction&, Time end);

    Scenario scenario_;
    std::optional<NonceWatch> nonces_;
    Events events_;
    Ledger ledger_;
    std::vector<PathSpec> paths_;
    std::vector<std::vector<Path>> up_, down_; ///< by user and path
    ClockWatch clocks_;
    std::vector<std::unique_ptr<Station>> users_;
    std::unique_ptr<Station> gateway_;
    Traffic before_;
    double peer_bytes_ = 0;
    uint64_t frames_outside_ = 0;
};

} // namespace depinsat::linksim
