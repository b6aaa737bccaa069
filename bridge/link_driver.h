#pragma once

#include "bridge/asio.h"

#include "config/station.h"
#include "depinsat/link/link.h"

#include <array>
#include <functional>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

namespace depinsat::bridge {

/// Time of std::chrono::steady_clock (CLOCK_MONOTONIC), as the link counts it.
link::Time now();

/// How long it is until then; negative if that is over.
std::chrono::milliseconds left_of(link::Time deadline);

/// The link of this station, with the clock and the event loop that it lacks.
class LinkDriver : private link::LinkEvents
{
public:
    using Receiver = std::function<void(const link::PublicKey& peer, std::span<const uint8_t>)>;
    using KeyedReceiver = std::function<void(
        const link::PublicKey& peer, const link::MessageKey& key, std::span<const uint8_t>)>;
    using OutcomeHandler = std::function<void(link::Outcome)>;
    using AcceptedHandler = std::function<void()>;

    /// @param station, store  outlive the driver.
    LinkDriver(asio::io_context&,
               const config::Station& station,
               const link::KeyPair&,
               link::Store& store);

    /// Starts the timers.
    void start();

    /// Messages of `kind` without a key go to `receiver`; those of no kind are dropped.
    void receive_kind(uint8_t kind, Receiver receiver)
    {
        receivers_[kind] = std::move(receiver);
    }

    /// Likewise those with a key. They come again at each start, until taken() says that what
    /// is to be done about them is done; those of no kind stay in the journal.
    void receive_keyed_kind(uint8_t kind, KeyedReceiver receiver)
    {
        keyed_receivers_[kind] = std::move(receiver);
    }
    void taken(const link::PublicKey& peer, const link::MessageKey& key);

    /// Messages of `kind` to a group, which `sender` signed, with a key or not.
    using GroupReceiver =
        std::function<void(link::GroupId, const link::PublicKey& sender, const link::Message&)>;
    void receive_group_kind(uint8_t kind, GroupReceiver receiver)
    {
        group_receivers_[kind] = std::move(receiver);
    }

    /// As of Link.
    void join(const link::Group& group) { link_.join(group); }
    void leave(link::GroupId id) { link_.leave(id); }
    bool send_group(link::GroupId,
                    link::Message,
                    std::chrono::milliseconds lifetime,
                    OutcomeHandler done = {});

    /// Told when a peer says how it hears this station on a path, and when the path to one
    /// comes up or goes down.
    using ReceptionHandler = std::function<void(const link::PublicKey& peer, double es_n0_db)>;
    using PeerHandler = std::function<void(const link::PublicKey& peer, bool up)>;
    void watch(unsigned path, ReceptionHandler on_reception, PeerHandler on_path)
    {
        watchers_[path] = {std::move(on_reception), std::move(on_path)};
    }
    /// Told when a peer comes up or goes down.
    void watch_peers(PeerHandler on_peer) { peer_handlers_.push_back(std::move(on_peer)); }

    /// Queues a message that is worth nothing after `lifetime`. One with a key outlives this
    /// process once it is accepted.
    /// @param done      called once with the outcome, never from within send(); may be empty.
    /// @param accepted  called when the message is in the journal (many share the wait for the
    ///                  disk), never from within send(). If it is empty, a message with a key
    ///                  is in the journal when send() returns.
    /// @param why       if given, says why it was refused.
    /// @return false if the link refuses the message; then no handler is called.
    bool send(const link::PublicKey& peer,
              link::Message,
              std::chrono::milliseconds lifetime,
              OutcomeHandler done = {},
              AcceptedHandler accepted = {},
              link::Refusal* why = nullptr);

    /// Ends the messages of the journal with that key. @return how many there were.
    size_t drop(const link::MessageKey& key);

    /// As link::Link.
    void add_peer(const link::PublicKey& peer) { link_.add_peer(peer); }
    void remove_peer(const link::PublicKey& peer) { link_.remove_peer(peer); }
    void set_keys(const link::KeyPair& own, const std::optional<link::KeyPair>& former)
    {
        link_.set_keys(own, former);
    }

    void set_contacts(unsigned path, std::vector<link::Contact> contacts);

    bool peer_is_up(const link::PublicKey& peer) const { return link_.peer_is_up(peer); }

    /// The first of these stations that is up; null if none is.
    const link::PublicKey* first_up(const std::vector<link::PublicKey>& stations) const;

    /// Likewise; the first of all, which may come back, if none is up.
    /// @param stations  at least one.
    const link::PublicKey& preferred(const std::vector<link::PublicKey>& stations) const;
    std::optional<link::PeerTime> peer_time(const link::PublicKey& peer) const
    {
        return link_.peer_time(peer, now());
    }
    link::Link::PathState path_state(const link::PublicKey& peer, unsigned path) const
    {
        return link_.path_state(peer, path);
    }
    link::Time next_contact(const link::PublicKey& peer, unsigned path) const
    {
        return link_.next_contact(peer, path, now());
    }
    std::optional<link::UnixTime> unix_time() const { return link_.unix_time(now()); }
    const link::LinkStats& stats() const { return link_.stats(); }

    /// As link::Link, for the modem's side.
    size_t fill(uint64_t sequence, std::span<uint8_t> data_field, const link::Slot&);
    void sent(uint64_t sequence, unsigned path);
    void not_sent(uint64_t sequence, unsigned path);
    void not_reported(uint64_t sequence, unsigned path);
    void receive(std::span<const uint8_t> data_field, unsigned path);
    void hear(double es_n0_db, unsigned path) { link_.hear(es_n0_db, now(), path); }
    bool introduces(unsigned path) const { return link_.introduces(now(), path); }

private:
    void on_message(const link::PublicKey& peer, const link::Message&) override;
    void on_group_message(link::GroupId,
                          const link::PublicKey& sender,
                          const link::Message&) override;
    void on_outcome(link::MessageId, link::Outcome) override;
    void on_peer(const link::PublicKey& peer, bool up) override;
    void on_path(const link::PublicKey& peer, unsigned path, bool up) override;
    void on_reception(const link::PublicKey& peer, double es_n0_db, unsigned path) override;
    void arm_timer();
    void commit();
    void commit_soon();
    void tell_wall_clock();

    asio::io_context& io_;
    asio::steady_timer timer_;
    link::Store& store_;
    std::map<uint8_t, Receiver> receivers_;
    std::map<uint8_t, KeyedReceiver> keyed_receivers_;
    std::map<uint8_t, GroupReceiver> group_receivers_;
    struct Watcher {
        ReceptionHandler on_reception;
        PeerHandler on_path;
    };
    std::vector<std::string> prefixes_; ///< of the paths, for the log
    std::vector<Watcher> watchers_;     ///< of the paths
    std::vector<PeerHandler> peer_handlers_;
    std::unordered_map<link::MessageId, OutcomeHandler> waiting_;
    uint64_t unclaimed_ = 0;                ///< messages of a kind that has no receiver
    std::vector<AcceptedHandler> accepted_; ///< of messages that are not on disk yet
    bool commit_posted_ = false;
    link::Link link_;
};

} // namespace depinsat::bridge
