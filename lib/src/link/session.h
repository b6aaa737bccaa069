#pragma once

#include "depinsat/link/noise.h"
#include "depinsat/link/wire.h"
#include "directory.h"
#include "rolling_set.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::link {

/// While there is one, packets that carry it are its holder's.
using SessionIndex = Directory<uint16_t>::Entry;

/// Keys and counters between two stations, from one handshake to the next.
class Session
{
public:
    /// @param local          packets for us carry it.
    /// @param remote_index   packets from us carry it.
    /// @param peer_instance  which run of the peer's program.
    Session(SessionIndex local,
            uint16_t remote_index,
            uint64_t peer_instance,
            const NoiseIk::Keys& keys)
        : local_(std::move(local)),
          remote_index_(remote_index),
          peer_instance_(peer_instance),
          keys_(keys)
    {}

    uint16_t local_index() const { return local_.name(); }
    uint64_t peer_instance() const { return peer_instance_; }

    uint64_t next_counter() const { return next_counter_; }
    bool exhausted() const { return next_counter_ > kMaxCounter; }

    /// Packets of the busier direction.
    uint64_t age() const { return std::max(next_counter_, seen_.end()); }

    /// Seals the items that stand behind the data header in `packet`, in place, and writes the
    /// header; the last kTagBytes are for the tag. Takes the next counter.
    void seal_packet(std::span<uint8_t> packet);

    /// @return the counter; nothing if not authentic, replayed or too old. `items` is filled.
    std::optional<uint32_t> open_packet(std::span<const uint8_t> packet,
                                        std::vector<uint8_t>& items);

    /// What was opened and also taken: only that is acknowledged.
    void take(uint32_t counter) { taken_.insert(counter); }

    /// @param floor  counters below it need not be told again.
    /// @param end    nor those from here on.
    /// @return nothing if there is nothing to acknowledge.
    std::optional<Ack> acknowledge(uint64_t floor, uint64_t end) const;

private:
    SessionIndex local_;
    uint16_t remote_index_;
    uint64_t peer_instance_;
    NoiseIk::Keys keys_;
    uint64_t next_counter_ = 0;
    RollingSet<kReplayWindow> seen_, taken_;
};

} // namespace depinsat::link
