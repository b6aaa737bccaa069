#pragma once

#include "depinsat/link/noise.h"
#include "depinsat/link/wire.h"
#include "session.h"

#include <deque>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::link {

/// While the peer is silent the first message is repeated at growing intervals up to this.
inline constexpr std::chrono::seconds kMaxHandshakeInterval{5};

/// Answers that wait for their first data packet, per peer; the oldest makes room.
inline constexpr size_t kMaxCandidates = 4;
inline constexpr std::chrono::minutes kCandidateLife{1};

/// Who we are in handshakes.
struct Identity {
    KeyPair keys;
    uint64_t instance = 0; ///< of this run of the program
};

/// The user station's side: one attempt at a time.
class Opener
{
public:
    bool active() const { return noise_.has_value(); }
    void start(const Identity&,
               const PublicKey& remote,
               uint16_t local_index,
               Time now,
               Time first_interval);
    void stop() { noise_.reset(); }

    bool due(Time now) const { return active() && due_ <= now; }
    Time next_due() const { return active() ? due_ : Time::max(); }
    std::span<const uint8_t> packet() const { return packet_; }
    uint16_t local_index() const { return local_index_; }
    void filled(Time now);
    void not_sent(Time now) { due_ = now; }

    /// @param packet  handshake 2. A forged one changes nothing; a good one ends the attempt.
    std::optional<Session> finish(std::span<const uint8_t> packet);

private:
    std::optional<NoiseIk> noise_;
    uint16_t local_index_ = 0;
    std::vector<uint8_t> packet_;
    Time due_{}, interval_{};
};

/// Handshake 1 as read by a gateway; from whom it is has yet to be looked up.
struct Opening {
    NoiseIk noise;
    uint16_t remote_index;
    uint64_t instance;
    PublicKey ephemeral;
};
/// Whether its MAC is right; nothing else is looked at, and before that nothing is computed.
bool is_opening_for(const PublicKey& own, std::span<const uint8_t> packet);

std::optional<Opening> read_opening(const Identity&, std::span<const uint8_t> packet);

/// The public part by which a repeated handshake 1 is known before anything is computed.
std::optional<PublicKey> ephemeral_of_opening(std::span<const uint8_t> packet);

/// The gateway's side: sessions that wait for proof that the opener is live.
class Answerer
{
public:
    struct Candidate {
        PublicKey ephemeral;
        Session session;
        std::vector<uint8_t> reply;
        bool reply_due;
        Time since;
    };

    /// @return whether this opening is known; then the same reply is due again.
    bool repeat(const PublicKey& ephemeral);
    void answer(Opening, const Identity&, uint16_t local_index, Time now);

    /// @return a candidate whose reply is due.
    Candidate* next_reply();
    void not_sent(); ///< replies are due again

    std::deque<Candidate>& candidates() { return candidates_; }
    const std::deque<Candidate>& candidates() const { return candidates_; }
    void forget_stale(Time now);

    /// The opener uses the session of this opening. Older ones it has given up; newer ones it
    /// takes when their reply, which may be on its way, comes.
    void forget_up_to(const PublicKey& ephemeral);

private:
    std::deque<Candidate> candidates_;
};

} // namespace depinsat::link
