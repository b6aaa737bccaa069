#pragma once

#include "depinsat/link/message.h"

#include <chrono>
#include <cstdint>
#include <vector>

namespace depinsat::link {

/// One way to the peers: a radio and a satellite. A station has at most kMaxPaths, which it
/// counts from 0; all peers are tried on all of them.
inline constexpr unsigned kMaxPaths = 16;
struct PathConfig {
    std::chrono::milliseconds one_way_delay{250};
    std::chrono::milliseconds max_frame_time{100}; ///< of a frame of the waveform in use
    std::chrono::milliseconds lead{5}; ///< frames are filled so long before they go on air
};

/// How the link of a station works.
struct LinkConfig {
    bool initiator = true; ///< user stations open sessions, gateways answer
    std::chrono::milliseconds one_way_delay{250};
    std::chrono::milliseconds max_frame_time{100}; ///< of a frame of the waveform in use
    std::chrono::milliseconds lead{5}; ///< frames are filled so long before they go on air

    /// Several ways to the peers, at most kMaxPaths; none: one, of the three values above.
    std::vector<PathConfig> paths{};

    /// One direction takes so much longer than the other at most, besides the frames' own time.
    std::chrono::milliseconds delay_asymmetry{20};

    /// Packets so much earlier than an acknowledged one are lost: 1 where frames keep their
    /// order.
    unsigned reorder_packets = 1;
    /// A user asks for a sign of life when it has asked for none for so long, doubled while all
    /// is quiet; 0: two delays, at least 500 ms.
    std::chrono::milliseconds keep_alive{0};

    /// So long after the last segment either way a peer is told each second how it is heard, by
    /// packets that go for nothing else; senders with ACM want it.
    std::chrono::seconds reception_linger{10};
    size_t max_queued_bytes =
        16u << 20; ///< per peer, 256 a message included; beyond it send() refuses
    size_t max_journal_bytes =
        256u << 20; ///< keyed messages of all peers, 256 a message included, half either way
    uint64_t rekey_after_packets =
        1u << 30; ///< of either direction; then the initiator renews the session
    std::chrono::seconds rekey_after{7200}; ///< likewise

    /// Handshakes that may cost operations on the curve, at least 1; those that show a cookie
    /// do not count.
    unsigned openings_per_second = 500;

    /// What the link's clock and the wall's (since 1970, UTC) show when the link is made:
    /// deadlines are in the store by the latter.
    Time started{}, wall_started{};
};

} // namespace depinsat::link
