#pragma once

#include "depinsat/link/group.h"
#include "handshake.h"
#include "inbox.h"
#include "lane.h"
#include "outbox.h"
#include "peer_clock.h"
#include "peer_journal.h"
#include "scheduler_source.h"
#include "session.h"

#include <algorithm>
#include <array>
#include <memory>
#include <variant>

namespace depinsat::link {

/// An acknowledgement waits so long for a packet that can carry it.
inline constexpr std::chrono::milliseconds kAckDelay{25};

/// Taken for an acknowledgement at once; longer ones have a quarter of the room.
inline constexpr size_t kAckRoom = 16;

/// What the user of the link is told, after the call that brought it about.
struct PeerEvent {
    PublicKey peer;
    bool up;
};
struct MessageEvent {
    PublicKey peer;
    Message message;
};
struct OutcomeEvent {
    MessageId id;
    Outcome outcome;
};
struct ReceptionEvent {
    PublicKey peer;
    double es_n0_db;
    unsigned path;
};
struct GroupMessageEvent {
    GroupId group;
    PublicKey sender;
    Message message;
};
struct PathEvent {
    PublicKey peer;
    unsigned path;
    bool up;
};
using Event = std::variant<PeerEvent,
                           MessageEvent,
                           OutcomeEvent,
                           ReceptionEvent,
                           GroupMessageEvent,
                           PathEvent>;

/// Whether a frame that is given back was on air: only if it never was, a message in it may go
/// to another run of the peer's program.
enum class OnAir : bool { kNever, kPerhaps };

/// What all peers of a link share.
struct Context {
    LinkConfig config;
    std::vector<Timing> timings; ///< of the paths
    Identity identity;
    Store& store;
    LinkStats stats{};
    std::vector<Event> events{};
    std::vector<Ear> ears{};       ///< likewise
    Directory<uint16_t> indices{}; ///< of sessions that are in use
    OpeningGuard guard{config.openings_per_second};
    WallClock wall{};
    JournalUse journal{config.max_journal_bytes};
    std::vector<Contacts> contacts{};         ///< of the paths
    std::vector<std::optional<Time>> asked{}; ///< when each path's modem asked for a frame last
    MessageId last_id = 0;                    ///< of a message to send
    unsigned path = 0;                        ///< of the frame that is filled or received
    Time frame_ends{}; ///< the last symbol of the frame that is filled leaves then

    Time transit() const; ///< of the quickest path

    /// What is filled on this other path next arrives before the frame that is filled now.
    std::function<bool(unsigned path)> sooner{};
    SessionIndex new_index(Peer&); ///< one that is not in use, at random

    /// The wall's clock, or what stands for it: from the start of the link on it only goes on.
    Time wall_time(Time now) const
    {
        return now + wall.offset.value_or(config.wall_started - config.started);
    }
};

/// Everything about one listed station.
class Peer : public SchedulerSource
{
public:
    /// Goes on with what earlier runs left in the store.
    Peer(const PublicKey& key, Context& context);

    const PublicKey& key() const { return key_; }
    bool up() const { return up_; }
    Outbox& outbox() { return outbox_; }
    const Outbox& outbox() const { return outbox_; }
    std::optional<Time> head(Class c) const override { return outbox_.head(c); }
    /// Takes a message to send, which must fit into queue and journal.
    MessageId add(Message, Time now, Time deadline);
    bool journal_has_room_for(const Message& m) const { return journal_.has_room_for(m); }
    size_t drop(const MessageKey&); ///< as of Link
    void taken(const MessageKey& key) { journal_.taken(key); }
    void wall_was_set(Time by) { journal_.shift(by); }

    Opener& opener() { return opener_; }
    Answerer& answerer() { return answerer_; }

    // Sending: a draft is opened, takes segments, and is sealed into a packet.
    // All of it on the path of the context.
    bool can_send() const { return can_send(context_.path); }
    /// There is a contact, and the frame that is filled ends within it.
    bool reachable() const { return context_.frame_ends < lane().closes; }
    void set_contacts(unsigned path, const Timetable& contacts, Time now);
    const Timetable& contacts(unsigned path) const { return lanes_[path].contacts; }
    bool can_send(unsigned path) const;
    bool ready() const { return outbox_.ready() && can_send(); }
    /// What is sent on it arrives; with several paths that one is heard is no sign of it.
    bool carries(unsigned path) const
    {
        const Lane& lane = lanes_[path];
        return lane.up && !lane.doubtful() && (lane.proven || !several());
    }
    Link::PathState path_state(unsigned path) const;
    /// Handshake 1 is to go.
    bool opening_due(Time now) const
    {
        return reachable() && (opener_.due(now) || (opener_.active() && lane().opening_due));
    }
    void opening_filled(Time now);
    Answerer::Candidate* reply_due()
    {
        return reachable() ? answerer_.next_reply(context_.path) : nullptr;
    }
    /// An acknowledgement, a sign of life, a restart, a skip, a reception.
    bool owes(Time now) const;
    bool introduces(Time now) const;

    struct Written {
        size_t bytes = 0; ///< of the sealed packet
        unsigned path = 0;
        uint32_t session = 0;
        uint32_t counter = 0;
        unsigned segments = 0, repeated = 0;
    };
    struct Draft {
        Peer* peer = nullptr;
        std::vector<uint8_t> items;
        SentPacket packet;
        Written written;
    };
    /// Puts what is owed into the draft; items have at most `room` bytes.
    void open(Draft&, size_t room, Time now);

    /// Adds a segment of the class, at most `room` bytes. @return its bytes; 0 if there is
    /// none.
    size_t add_segment(Draft&, Class, size_t room, Time now);

    /// @param packet  kDataOverhead longer than the items.
    void seal(Draft&, std::span<uint8_t> packet, Time now);

    /// @param ended  the last symbol of its frame leaves then.
    void sent(const Written&, Time now, Time ended);
    void send_again(const Written&, OnAir, Time now);

    // Receiving. @return whether the packet was authentic.
    bool receive_data(uint16_t index, std::span<const uint8_t> packet, Time now);
    bool receive_answer(std::span<const uint8_t> packet, Time now);

    // At a gateway: a handshake 1 before and after it was read.
    bool gave_cookie_of(std::span<const uint8_t> opening) const;
    void repeat_answer(const OpeningName& name) { answerer_.repeat(name); }
    bool answer(Opening, const OpeningName&, Time now); ///< false: an old one

    /// The key of this station is another one: the peer starts again with it.
    void forget_session();

    /// The peer is no longer listed: what waits ends.
    void leave();

    void run_timers(Time now);
    Time next_timer() const;
    Time next_fill() const; ///< as of Link, on the path of the context
    std::optional<PeerTime> time(Time now) const;
    const PeerClock& clock() const { return clock_; }

private:
    size_t write_told(std::span<uint8_t> room, SentPacket&);
    size_t write_owed(std::span<uint8_t> room, Time now, SentPacket&);
    size_t write_reception_to(std::span<uint8_t> room, Time now);
    size_t write_time_to(std::span<uint8_t> room, Time now, SentPacket&);
    size_t write_late_to(std::span<uint8_t> room, SentPacket&);
    void take_late(const Late&);
    Lane& lane() { return lanes_[context_.path]; }
    const Lane& lane() const { return lanes_[context_.path]; }
    bool several() const { return lanes_.size() > 1; }
    bool elsewhere(unsigned path) const; ///< another path carries
    bool suits(unsigned path) const { return carries(path) || !elsewhere(path); }
    size_t in_flight() const;
    Time timeout() const; ///< of the slowest path
    void lane_up(unsigned path);
    void look_at_contacts(Time now);
    void open_lane(unsigned path);
    void close_lane(unsigned path);
    bool any_contact() const { return std::ranges::any_of(lanes_, &Lane::open); }
    void lane_down(unsigned path);
    void all_down();
    bool hears(Time now) const;  ///< the station, anything, on any path
    void carried(unsigned path); ///< something that was sent on it is acknowledged
    size_t write_acks(std::span<uint8_t> room, SentPacket&);
    bool unasked(Time now) const;
    void all_told();
    bool acks_here(Time now) const;
    bool owes_anywhere() const;
    uint8_t promise();
    Time keep_alive(unsigned path) const;
    Time next_ping(unsigned path) const;
    Time promised_at(unsigned path) const; ///< the opener's next sign of life, with patience
    Time silent_at(unsigned path) const;
    Copies copies(Class, Time deadline, Time now) const;
    void open_session(Time now);
    uint64_t next_time_stamp(Time now) const;
    void start_from_record();
    void save_opening_record();
    void install(Session, Time now);
    void heard(Time now);
    void take_items(uint32_t counter, Time now);
    bool take_item(const Item&, uint32_t counter, Time now);
    void take_reception(const Reception&, uint32_t counter);
    bool well_formed() const;
    void take_ack(const Ack&, Time now);
    void take_ack(const Ack&, unsigned path, Time now);
    bool take_segment(const Segment&, Time now);
    void give_back(const std::vector<SentPacket>&);
    void ended(MessageId, Outcome);
    void report(const Outbox::Outcomes&);
    void go_on();
    bool wants_session() const;

    PublicKey key_;
    Context& context_;
    Outbox outbox_;
    std::unique_ptr<Inbox> inbox_;
    std::vector<Lane> lanes_; ///< of the paths
    Opener opener_;
    Answerer answerer_;
    std::optional<Session> session_;
    Directory<OpeningName, OpeningHash>::Entry session_opening_; ///< at the answerer
    std::optional<Answerer::Given> given_; ///< by the answer that opened it, at the answerer
    std::optional<Cookie> cookie_;         ///< of the latest answer, at the opener
    uint64_t instance_ = 0;                ///< of this run of the program with this peer
    uint64_t time_stamp_ = 0; ///< the largest of an opening: sent at the opener, else taken
    unsigned unanswered_ = 0; ///< openings since the last answer, while the peer was heard
    uint32_t session_number_ = 0;
    bool up_ = false;
    bool old_ = false; ///< the session is to be renewed
    Time session_since_{}, last_segment_{};
    PeerJournal journal_;

    bool untold_ = false;         ///< packets were taken since the last acknowledgement
    std::optional<Time> ack_due_; ///< the peer waits for one
    uint64_t ack_floor_ = 0;
    bool skip_sent_ = false;
    std::vector<uint32_t> restarts_, late_; ///< ids of messages, to be told
    PeerClock clock_;
    std::vector<uint8_t> items_; ///< of the packet being read
};

} // namespace depinsat::link
