#pragma once

#include "bridge/beacon/surroundings.h"
#include "depinsat/link/store.h"
#include "linksim/events.h"

#include <functional>
#include <map>
#include <memory>
#include <random>

namespace depinsat::test {

using bridge::beacon::Milliseconds;
using bridge::beacon::UnixTime;
using link::Time;
using linksim::Events;

/// One direction of a link, and what is between.
struct CarrierSettings {
    double bits_per_second = 9600; ///< of data fields
    size_t frame_bytes = 240;      ///< of a data field
    Time delay = std::chrono::milliseconds(250);
    double loss = 0;   ///< of frames
    UnixTime origin{}; ///< wall clock at virtual time 0
};

/// What was handed to the link.
struct Load {
    uint64_t messages = 0, bytes = 0;
};

/// A station in virtual time: the real link behind a modem that asks for a frame every frame
/// time.
class CarrierEnd : public bridge::beacon::Surroundings, private link::LinkEvents
{
public:
    using OnMessage = std::function<void(const link::PublicKey&, const link::Message&)>;
    using OnPeer = std::function<void(const link::PublicKey&, bool up)>;

    CarrierEnd(Events&,
               const CarrierSettings&,
               bool initiator,
               const link::KeyPair&,
               const link::PublicKey& peer,
               uint64_t seed);

    /// To be called before the events run.
    void connect(CarrierEnd& other, OnMessage, OnPeer);

    UnixTime now() const override { return settings_.origin + events_.now(); }
    void after(std::chrono::nanoseconds time, std::function<void()> what) override
    {
        events_.at(events_.now() + std::max<Time>(time, Time(1)), std::move(what));
    }
    bool send(const link::PublicKey&, link::Message, Milliseconds lifetime, Done) override;
    bool is_up(const link::PublicKey& peer) const override { return link_->peer_is_up(peer); }

    const link::LinkStats& stats() const { return link_->stats(); }
    const std::map<uint8_t, Load>& sent() const { return sent_; } ///< by kind
    void set_silent(bool silent) { silent_ = silent; } ///< nothing that it sends arrives

private:
    void on_message(const link::PublicKey&, const link::Message&) override;
    void on_outcome(link::MessageId, link::Outcome) override;
    void on_peer(const link::PublicKey&, bool up) override;

    void receive(const std::vector<uint8_t>& frame);
    void hear();
    void touched();
    void ask();
    Time frame_time() const;

    Events& events_;
    CarrierSettings settings_;
    link::MemoryStore store_;
    std::unique_ptr<link::Link> link_;
    CarrierEnd* other_ = nullptr;
    OnMessage on_message_;
    OnPeer on_peer_;
    std::map<link::MessageId, Done> waiting_;
    std::mt19937_64 random_;
    Time next_slot_{};
    std::optional<Time> modem_at_, timer_at_;
    uint64_t sequence_ = 0;
    std::map<uint8_t, Load> sent_;
    bool silent_ = false;
};

} // namespace depinsat::test
