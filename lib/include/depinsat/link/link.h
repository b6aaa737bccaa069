#pragma once

#include "depinsat/link/link_config.h"
#include "depinsat/link/message.h"
#include "depinsat/link/store.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::link {

struct Group;

/// When a path leads to a peer, as when a satellite passes.
struct Contact {
    Time start, end;                 ///< of the link's clock
    std::optional<PublicKey> peer{}; ///< none: to all
};

/// A frame as the modem will send it; what is not known is taken from PathConfig.
struct Slot {
    unsigned path = 0;
    std::optional<Time> on_air{};  ///< when its first symbol leaves
    std::optional<Time> airtime{}; ///< from then to its last one
};

/// How a peer's clocks stand to this station's. Errors are bounds.
struct PeerTime {
    Time offset; ///< link time (the gateway's clock) less this station's time
    Time error;  ///< of the user's estimate of it; at a gateway as the user told
    Time age;    ///< of that estimate
    std::optional<Time> wall_offset;     ///< the peer's Unix time less this station's
    Time wall_error;                     ///< of wall_offset
    std::optional<Time> peer_wall_error; ///< of the peer's wall clock, as it says; none: it
                                         ///< is not set right by anybody
};

/// The best that is known of Unix time.
struct UnixTime {
    Time at;
    std::optional<Time> error;     ///< a bound; none: not known
    std::optional<PublicKey> peer; ///< whose wall clock it is; none: this station's
};

/// Counted per station, all peers together.
struct LinkStats {
    uint64_t packet_bytes_sent = 0;     ///< packets with headers and tags; no GSE header, no
                                        ///< padding; what did not go on air is taken off again
    uint64_t packet_bytes_received = 0; ///< of packets that passed authentication
    uint64_t frames_filled = 0;
    uint64_t frames_received = 0; ///< that held at least one authentic packet
    uint64_t segments_sent = 0, segments_repeated = 0; ///< the latter are among the former
    uint64_t messages_sent = 0;                        ///< taken by send()
    uint64_t messages_refused = 0;                     ///< not taken by send()
    uint64_t messages_delivered = 0, messages_received = 0;
    uint64_t messages_late = 0;         ///< not done, or unknown when their deadline came
    uint64_t messages_dropped_late = 0; ///< received whole, but after their deadline
    uint64_t duplicates = 0;            ///< segments of messages that were complete already
    uint64_t rejected_packets = 0;      ///< not authentic, replayed, malformed
    uint64_t openings_put_off = 0;      ///< handshakes beyond LinkConfig::openings_per_second
    uint64_t foreign_packets =
        0; ///< for other stations, or our own as the satellite repeats them
    uint64_t forged_packets = 0; ///< that a member of a group made in its sender's name
};

/// Each peer uses up to six of the session indices.
inline constexpr size_t kMaxPeers = 1600;

/// @throws std::invalid_argument if a peer's key is this station's own, of low order, or listed
/// twice, or if there are more than kMaxPeers.
void check_peers(const KeyPair& own, std::span<const PublicKey> peers);

/// The link of one station: messages in, data fields of frames out, and back.
///
/// Wire      link/wire.h; GSE packets of kEtherType inside the data field.
/// Threads   one object per thread.
class Link
{
public:
    /// @param peers   public keys of the stations that may talk to this one.
    /// @param events  must outlive the link.
    /// @param store   of this station alone, with what its earlier runs left; must outlive the
    ///                link. If its commit() throws, the link is to be given up.
    /// @throws std::invalid_argument as check_peers() does.
    Link(const LinkConfig&,
         const KeyPair&,
         std::span<const PublicKey> peers,
         LinkEvents& events,
         Store& store);
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    /// Queues a message. One with a key is accepted when the store is committed: nobody may be
    /// told so before. It ends after 45 days at most.
    /// @param why  if given, says why it was refused.
    /// @return 0 if it was refused.
    MessageId
    send(const PublicKey& peer, Message, Time now, Time deadline, Refusal* why = nullptr);

    /// Ends the messages with that key: those to be sent, whose outcome is told, and those that
    /// the user was given and has not taken.
    /// @return how many there were.
    size_t drop(const MessageKey&);

    /// The user has done what is to be done about a message with a key that it was given: with
    /// the next commit of the store it is not given again.
    void taken(const PublicKey& peer, const MessageKey&);

    /// Joins a group, or changes one that was joined (link/group.h): what a change takes the
    /// key or the right to send from ends at once.
    /// @throws std::invalid_argument if it has no key or nobody sends, if a key or a sender is
    /// listed twice or the sender is this station, or if the loss is out of range.
    void join(const Group&);
    void leave(GroupId);

    /// Queues a message for all members of a group. Nobody acknowledges it: its outcome is
    /// "unknown" when all of it was on air, "not done" when too little was for anybody.
    /// @return 0 if it was refused.
    MessageId send_group(GroupId, Message, Time now, Time deadline, Refusal* why = nullptr);

    /// Fills one frame, at the moment the modem asks: the more urgent class first, but for the
    /// share of the others; in a class the earlier deadline, but for what is fair between
    /// peers. The store is committed before anything is sealed.
    /// @param sequence    the modem's number of the frame; each path's modem has its own.
    /// @param data_field  as many bytes as the frame holds; what is not used becomes padding
    /// (zeros).
    /// @return bytes used; 0 if there is nothing to send.
    size_t
    fill(uint64_t sequence, std::span<uint8_t> data_field, Time now, const Slot& slot = {});

    /// The modem says that a filled frame did not go on air, as when it was late: its segments
    /// are sent again.
    void not_sent(uint64_t sequence, Time now, unsigned path = 0);

    /// The modem went away, or will not say what became of a filled frame: its segments are
    /// sent again, and count as having been on air.
    void not_reported(uint64_t sequence, Time now, unsigned path = 0);

    /// The modem says that a filled frame is on air: timers of its segments start.
    void sent(uint64_t sequence, Time now, unsigned path = 0);

    /// How well the station's receiver hears, in dB, as often as it knows: all peers are told,
    /// at most every kReceptionInterval. What is not finite counts as not known.
    void hear(double es_n0_db, Time now, unsigned path = 0);

    /// Whether the next frame goes, perhaps in part, to a peer that cannot yet have said how it
    /// hears this station: one that is not up, or whose session opens.
    bool introduces(Time now, unsigned path = 0) const;

    /// Takes the data field of a received frame. Anything may be in it.
    void receive(std::span<const uint8_t> data_field, Time now, unsigned path = 0);

    /// Runs what is due: repeats, handshakes, expiry.
    void run_timers(Time now);

    /// Before then run_timers() finds nothing to do, unless another call comes. It may be
    /// earlier than what is due first, but never later. O(groups), however many peers there
    /// are.
    Time next_timer() const;

    /// When fill() may have something to send: now or earlier if it has already, Time::max() if
    /// only another call can change that (what hear() says apart). For modems that sleep when
    /// there is nothing to send.
    Time next_fill(unsigned path = 0) const;

    /// Tells the wall clock of this station, as often as its reader likes: an opening carries a
    /// time stamp, deadlines in the store follow when it is set, and peers are told. All works
    /// without.
    /// @param error  a bound; none if nobody sets that clock right.
    void set_wall_clock(Time unix_time, std::optional<Time> error, Time now);

    /// Lists another station from now on, at most kMaxPeers.
    /// @throws std::invalid_argument as the constructor does; then nothing has changed.
    void add_peer(const PublicKey&);

    /// Revokes a listed station: from now on nothing of it is taken, its session keys are
    /// wiped, and what waits for it ends (not done, or unknown if it was on air whole).
    /// @return false if it is not listed.
    bool remove_peer(const PublicKey&);

    /// Changes this station's own key.
    ///
    /// A gateway's sessions go on, and handshakes to the former key are answered until the next
    /// call. A user's peers know it by another key from now on: its sessions end, and messages
    /// that were on air fare as if the peer had started again.
    /// @throws std::invalid_argument if a peer has one of the keys; then nothing has changed.
    void set_keys(const KeyPair& own, const std::optional<KeyPair>& former);

    /// Says when a path leads where; until then it leads to all peers at any time. Outside of
    /// its contacts nothing is sent to a peer: messages wait, and one that cannot arrive in the
    /// next contact before its deadline is refused. A path goes down when its contact ends. To
    /// groups it is sent while there is a contact with anybody.
    /// @param contacts  in any order; they may overlap.
    void set_contacts(unsigned path, std::vector<Contact> contacts, Time now);

    bool peer_is_up(const PublicKey& peer) const;

    /// What one path does for one peer.
    struct PathState {
        bool up = false;       ///< what is sent on it arrives, as far as is known
        bool doubtful = false; ///< it is up, but acknowledgements are overdue
        bool contact = true;   ///< it is used now, as set_contacts() says
        Time round_trip{};     ///< smoothed; zero before the first
        double loss = 0;       ///< share of the packets sent on it, of late
        size_t in_flight = 0;  ///< packets
    };
    PathState path_state(const PublicKey& peer, unsigned path) const;

    /// When the path leads to the peer next, now or later; Time::max() if that is not known.
    Time next_contact(const PublicKey& peer, unsigned path, Time now) const;

    /// @return nothing before the first exchange with the peer.
    std::optional<PeerTime> peer_time(const PublicKey& peer, Time now) const;

    /// This station's wall clock; if nobody sets it right, the best of those of the peers that
    /// somebody does. @return nothing before set_wall_clock() without such a peer.
    std::optional<UnixTime> unix_time(Time now) const;
    const LinkStats& stats() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace depinsat::link
