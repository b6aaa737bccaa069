#pragma once

#include "linksim/crash_disk.h"
#include "linksim/events.h"
#include "linksim/ledger.h"
#include "linksim/scenario.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <unordered_map>

namespace depinsat::linksim {

size_t memory_in_use(); ///< bytes allocated by the program
void add(link::LinkStats& sum, const link::LinkStats& more);

/// One station: the real link, a modem that asks for a frame every frame time, and its traffic.
class Station : private link::LinkEvents
{
public:
    /// Puts a frame on air on a path; it ends there at `end`.
    using Transmit = std::function<void(
        unsigned path, std::shared_ptr<const std::vector<uint8_t>>, Time end)>;

    struct PathSettings {
        Direction sends;
        Time delay;         ///< as the station is told
        Time slowest_frame; ///< of both directions
        Time phase;         ///< the modem's first frame begins then
        std::vector<Pass> passes{};
    };
    struct Settings {
        bool initiator;
        Time lead;
        Clock clock;
        std::vector<PathSettings> paths;
        bool on_disk = false;      ///< the journal; else it outlives every crash
        bool old_journals = false; ///< see Scenario
    };

    Station(Events&,
            Ledger&,
            const Settings&,
            const link::KeyPair&,
            std::vector<link::PublicKey> peers,
            Transmit,
            uint64_t seed);

    /// Sends the flow's messages to each peer, from now on until `end`.
    void run(const Flow&, Time end);

    void receive(unsigned path, std::span<const uint8_t> data_field);

    /// The program dies and starts again: nothing of it is left but what is in the store.
    void restart();

    /// The power goes, now or in the middle of one of the next writes to disk.
    void crash();
    uint64_t crashes() const { return crashes_; }

    struct Totals {
        uint64_t frames = 0;      ///< filled
        uint64_t frame_bytes = 0; ///< data fields of those
        uint64_t used_bytes = 0;  ///< of those, packets with their GSE headers
    };
    const Totals& totals() const { return totals_; }
    link::LinkStats stats() const; ///< of all runs of the program

    /// The program ends for good. @return bytes that its link had allocated.
    size_t end();
    bool all_up() const;

    /// The clock of the station.
    Time now() const { return settings_.clock.at(events_.now()); }
    std::optional<link::PeerTime> time_of(const link::PublicKey& peer) const
    {
        return link_->peer_time(peer, now());
    }
    std::optional<link::UnixTime> unix_time() const { return link_->unix_time(now()); }

private:
    void on_message(const link::PublicKey& peer, const link::Message&) override;
    void on_outcome(link::MessageId, link::Outcome) override;
    void on_peer(const link::PublicKey&, bool) override {}

    /// The wall's clock at the beginning of virtual time: some day of 2026.
    static constexpr Time kSince1970 = kEpoch;

    void start();
    void tell_contacts();
    void start_again();
    void end_run();
    template <class Action>
    void powered(Action); ///< cuts the power if the disk fails meanwhile
    void cut_power();
    void open_disk();
    void settle_waiting();
    void settle_untaken();
    void take_later(const link::PublicKey& peer, const link::Message&);
    void take(const link::PublicKey& peer, const link::MessageKey&);
    void touched(); ///< the link may have something to send, or another timer
    void wake_modem(unsigned path, Time);
    void ask(unsigned path);
    void tell_wall_clock();
    void arm_timer();
    void send(const Flow&, const link::PublicKey& peer, Time end, uint64_t sent);
    void keep_backlog(size_t flow, const link::PublicKey& peer);
    bool submit(const Flow&, const link::PublicKey& peer);
    Time slot_after(unsigned path, Time) const;

    struct Modem {
        uint64_t sequence = 0;
        std::optional<Time> at; ///< it asks then
        Time next_slot{};       ///< its frame before it is filled
    };

    struct Backlog {
        Flow flow;
        Time end;
        std::map<link::PublicKey, uint64_t> waiting, sent;
    };
    struct Untaken {
        link::Message message;
        Time arrived;
    };
    struct Waiting {
        uint64_t number;
        std::optional<size_t> backlog;
        link::PublicKey peer;
    };

    Events& events_;
    Ledger& ledger_;
    Settings settings_;
    link::KeyPair keys_;
    std::vector<link::PublicKey> peers_;
    Transmit transmit_;
    std::mt19937_64 random_;
    std::optional<CrashDisk> disk_;
    std::vector<CrashDisk::Copy> copies_; ///< of the disk, older ones
    uint64_t crashes_ = 0;
    link::LinkStats past_; ///< of earlier runs
    std::unique_ptr<link::Store> store_;
    std::map<std::pair<link::PublicKey, link::MessageKey>, Untaken> untaken_;
    std::unique_ptr<link::Link> link_;
    std::vector<Backlog> backlogs_;
    std::unordered_map<link::MessageId, Waiting> waiting_;
    uint64_t run_ = 0; ///< of the program
    std::optional<Time> timer_at_;
    std::vector<Modem> modems_; ///< of the paths
    Totals totals_;
};

template <class Action>
void Station::powered(Action action)
{
    try {
        action();
    } catch (const std::runtime_error&) {
        if (!disk_ || !disk_->failed())
            throw;
        cut_power();
    }
}

} // namespace depinsat::linksim
