#pragma once

#include "handshake.h"
#include "inbox.h"
#include "outbox.h"
#include "reception.h"
#include "sent_log.h"
#include "session.h"

#include <functional>
#include <memory>
#include <variant>

namespace depinsat::link {

/// An acknowledgement waits so long for a packet that can carry it.
inline constexpr std::chrono::milliseconds kAckDelay{25};

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
};
using Event = std::variant<PeerEvent, MessageEvent, OutcomeEvent, ReceptionEvent>;

/// Whether a frame that is given back was on air: only if it never was, a message in it may go
/// to another run of the peer's program.
enum class OnAir : bool { kNever, kPerhaps };

/// Times that follow from the path.
struct Timing {
    explicit Timing(const LinkConfig&);
    Time repeat;     ///< first time-out of a packet
    Time keep_alive; ///< an opener asks for a sign of life so often
    Time silence;    ///< a peer not heard for so long is down
};

/// What all peers of a link share.
struct Context {
    LinkConfig config;
    Timing timing;
    Identity identity;
    LinkStats stats;
    std::vector<Event> events;
    std::function<uint16_t()> new_index; ///< a session index not in use
    Ear ear;

    void outcome(MessageId, Outcome);
};

/// Everything about one listed station.
class Peer
{
public:
    Peer(const PublicKey& key, Context& context);

    const PublicKey& key() const { return key_; }
    bool up() const { return up_; }
    Outbox& outbox() { return outbox_; }
    Opener& opener() { return opener_; }
    Answerer& answerer() { return answerer_; }
    bool uses(uint16_t index);

    // Sending.
    std::optional<Outbox::Rank> head() const; ///< of what may be sent now
    bool owes(Time now) const; ///< an acknowledgement, a sign of life, a restart, a reception
    bool introduces(Time now) const;

    struct Written {
        size_t bytes = 0; ///< of the sealed packet; 0 if there was nothing
        uint32_t session = 0;
        uint32_t counter = 0;
        unsigned segments = 0, repeated = 0;
    };
    /// @param rival  the most urgent message of the other peers: it is not overtaken.
    Written
    write_packet(std::span<uint8_t> room, Time now, const std::optional<Outbox::Rank>& rival);
    void sent(const Written&, Time now);
    void send_again(const Written&, OnAir, Time now);

    // Receiving. @return whether the packet was authentic.
    bool receive_data(uint16_t index, std::span<const uint8_t> packet, Time now);
    bool receive_answer(std::span<const uint8_t> packet, Time now);
    bool repeats_opening(const PublicKey& ephemeral);

    void run_timers(Time now);
    Time next_timer() const;
    Time next_fill(); ///< as of Link

private:
    size_t write_items(std::span<uint8_t> room,
                       Time now,
                       const std::optional<Outbox::Rank>& rival,
                       SentPacket&,
                       Written&);
    size_t write_owed(std::span<uint8_t> room, Time now, SentPacket&);
    void install(Session, Time now);
    void heard(Time now);
    void take_items(uint32_t counter, Time now);
    bool well_formed() const;
    void take_ack(const Ack&, Time now);
    bool take_segment(const Segment&, Time now);
    void take_reception(const Reception&, uint32_t counter);
    void give_back(const std::vector<SentPacket>&);
    void report(const Outbox::Outcomes&);
    bool wants_session() const;

    PublicKey key_;
    Context& context_;
    Outbox outbox_;
    std::unique_ptr<Inbox> inbox_;
    SentLog log_;
    Opener opener_;
    Answerer answerer_;
    std::optional<Session> session_;
    std::optional<PublicKey>
        session_opening_; ///< ephemeral key that opened it, at the answerer
    uint32_t session_number_ = 0;
    bool up_ = false;
    Time last_heard_{}, last_asked_{};

    bool untold_ = false;         ///< packets were taken since the last acknowledgement
    std::optional<Time> ack_due_; ///< the peer waits for one
    uint64_t ack_floor_ = 0;
    bool ping_wanted_ = false;
    std::vector<uint32_t> restarts_;
    Telling telling_;                          ///< of how this station hears
    std::optional<uint32_t> latest_reception_; ///< counter of the packet that held it
    std::vector<uint8_t> items_;               ///< of the packet being read
};

} // namespace depinsat::link
