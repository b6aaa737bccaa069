#pragma once

#include "depinsat/link/noise.h"
#include "depinsat/link/wire.h"
#include "opening_guard.h"
#include "session.h"

#include <deque>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::link {

/// While the peer is silent the first message is repeated at growing intervals up to this ...
inline constexpr std::chrono::seconds kMaxHandshakeInterval{5};

/// ... and after this another one takes its place: well before the answerer forgets it.
inline constexpr std::chrono::seconds kOpeningLife{30};

/// Answers that wait for their first data packet, per peer; the oldest makes room.
inline constexpr size_t kMaxCandidates = 4;
inline constexpr std::chrono::minutes kCandidateLife{1};

inline constexpr uint32_t kAllPaths = UINT32_MAX;

/// What a gateway gives to whom it answers, for the next opening: whoever shows it goes before
/// those of whom nothing is known.
using Cookie = Secret<kCookieBytes>;
CookieName name_of(const Cookie&);

/// Who we are in handshakes.
struct Identity {
    KeyPair keys;
    std::optional<KeyPair> former{}; ///< answered, too, until the peers know the new one
};

/// The user station's side: one attempt at a time.
class Opener
{
public:
    /// What a handshake 1 says, and to whom.
    struct Letter {
        PublicKey remote;
        uint64_t instance; ///< this station's own
        uint64_t time_stamp;
        std::optional<Cookie> cookie; ///< of the last answer
    };

    bool active() const { return noise_.has_value(); }

    /// Another attempt goes on with the intervals of the one before.
    /// @param first_interval  at the first attempt.
    void start(const Identity&, const Letter&, SessionIndex, Time now, Time first_interval);
    void stop();

    bool due(Time now) const { return active() && due_ <= now; }
    Time next_due() const { return active() ? due_ : Time::max(); }

    /// When another attempt is to take the place of this one.
    Time worn_at() const
    {
        return active() ? std::max<Time>(since_ + kOpeningLife, due_) : Time::max();
    }
    bool was_sent() const { return sent_; }
    std::span<const uint8_t> packet() const { return packet_; }
    void filled(Time now);
    void not_sent(Time now) { due_ = now; }

    /// Whether its MAC is right; nothing is computed on the curve before.
    bool is_answer(const PublicKey& own, std::span<const uint8_t> packet) const;

    struct Opened {
        Session session;
        Cookie cookie;
    };
    /// @param packet  for which is_answer() holds. A forged one changes nothing; a good one
    /// ends
    ///                the attempt.
    std::optional<Opened> finish(std::span<const uint8_t> packet);

private:
    std::optional<NoiseIk> noise_;
    SessionIndex index_;
    std::vector<uint8_t> packet_;
    Time since_{}, due_{};
    std::optional<Time> interval_;
    bool sent_ = false;
};

/// Handshake 1 as read by a gateway; from whom it is has yet to be looked up.
struct Opening {
    NoiseIk noise;
    uint16_t remote_index;
    uint64_t instance;
    uint64_t time_stamp;
};
/// Whether its MAC is right; nothing else is looked at, and before that nothing is computed.
bool is_opening_for(const PublicKey& own, std::span<const uint8_t> packet);

/// Of packets for which is_opening_for() holds.
OpeningName name_of_opening(std::span<const uint8_t> packet);
CookieName cookie_shown(std::span<const uint8_t> packet); ///< 0: none
bool shows(const Cookie&, std::span<const uint8_t> packet);
std::optional<Opening> read_opening(const KeyPair& own, std::span<const uint8_t> packet);

/// The gateway's side: sessions that wait for proof that the opener is live.
class Answerer
{
public:
    /// A cookie that was given out.
    struct Given {
        Directory<CookieName>::Entry name;
        Cookie cookie;
    };
    struct Candidate {
        Directory<OpeningName, OpeningHash>::Entry opening;
        Session session;
        Given given;
        std::vector<uint8_t> reply;
        uint32_t reply_paths; ///< on which the reply is to go, a bit each
        Time since;
    };

    /// The reply of this opening is due again, if it waits for its first data packet.
    void repeat(const OpeningName&);

    /// @param instance  this station's own.
    void answer(Opening,
                Directory<OpeningName, OpeningHash>::Entry,
                Given,
                SessionIndex,
                uint64_t instance,
                Time now);

    /// @return a candidate whose reply is due on the path.
    Candidate* next_reply(unsigned path);
    bool replies_on(unsigned path) const;
    void not_sent(); ///< replies are due again

    std::deque<Candidate>& candidates() { return candidates_; }
    const std::deque<Candidate>& candidates() const { return candidates_; }
    void forget_stale(Time now);
    Time next_stale() const;

    /// The opener uses the session of this opening. Older ones it has given up; newer ones it
    /// takes when their reply, which may be on its way, comes.
    Candidate take(std::deque<Candidate>::iterator);

private:
    std::deque<Candidate> candidates_;
};

} // namespace depinsat::link
