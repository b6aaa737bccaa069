#pragma once

#include "depinsat/framing/gse.h"
#include "depinsat/link/link.h"
#include "groups.h"
#include "peer.h"
#include "scheduler.h"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::link {

struct Link::Impl {
    struct Packet {
        Peer* peer;
        Peer::Written written;
    };
    struct Frame {
        uint64_t sequence;
        Time airtime{};
        size_t packet_bytes = 0;
        std::vector<Packet> packets;
        std::vector<Peer*> handshakes;
        std::vector<std::pair<GroupOutbox*, GroupOutbox::Written>> groups;
    };

    /// A path and its modem.
    struct Path {
        framing::GseParser gse{};
        std::deque<Frame> unreported{};
        size_t frame_bytes = 0; ///< of the latest frame
        Time airtime{};         ///< likewise
    };

    Impl(const LinkConfig&,
         const KeyPair& own,
         std::span<const PublicKey> keys,
         LinkEvents&,
         Store&);

    Peer* find(const PublicKey&) const;
    void add(const PublicKey&);
    bool remove(const PublicKey&);
    void forget_unlisted(Time wall); ///< what the store has of stations that are not listed
    void set_keys(const KeyPair& own, const std::optional<KeyPair>& former);
    const KeyPair* addressee(std::span<const uint8_t> opening) const;

    size_t fill(Frame&, std::span<uint8_t> data_field, Time now);
    size_t fill_handshakes(Frame&, std::span<uint8_t> data_field, Time now);
    size_t add_handshake(Frame&,
                         Peer&,
                         std::span<const uint8_t> packet,
                         std::span<uint8_t> data_field);
    size_t fill_drafts(Frame&, size_t room, Time now);
    size_t fill_group(Frame&, GroupOutbox&, Class, size_t room, Time now);
    size_t add_segment(Peer&, Class, size_t room, size_t& used, Time now);
    Time next_arrival(unsigned path, Time now) const;
    bool attentive(unsigned path, Time now) const;
    size_t left_to_others(Time now) const;
    bool withholds(Peer&, Class, size_t& bytes);
    Peer::Draft* draft_for(Peer&, size_t room, Time now);
    Peer::Draft& open_draft(Peer&, size_t room, Time now);
    size_t seal(Frame&, Peer::Draft&, std::span<uint8_t> data_field, Time now);
    std::vector<SchedulerSource*> ready_sources();
    Time earliest_arrival(const Peer&, Time now) const;
    bool too_late(const Peer&, const Message&, Time now, Time deadline) const;
    void keep(Frame);
    std::optional<Frame> take_frame(uint64_t sequence, unsigned path);
    void use(unsigned path);
    void send_again(const Frame&, OnAir, Time now);

    bool receive(std::span<const uint8_t> packet, Time now);
    bool receive_opening(std::span<const uint8_t> packet, Time now);
    void run_timers(Time now);
    void touch(const Peer&); ///< something has changed at it
    void touch_all();
    void tell();

    Context context;
    LinkEvents& events;
    std::map<PublicKey, std::unique_ptr<Peer>> peers;
    Time soonest = Time::max();  ///< nothing is due at any peer before
    bool forget_revoked = false; ///< what the store has of them
    Groups groups{context};
    std::vector<Path> paths;
    Time asked_now{}; ///< of the frame that is filled
    Scheduler scheduler;
    std::vector<Peer::Draft> drafts; ///< kept, so that their memory is
    size_t open_drafts = 0;
    std::vector<uint8_t> group_packets; ///< of the frame being filled; kept, as above
    size_t group_bytes = 0;
};

} // namespace depinsat::link
