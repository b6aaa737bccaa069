#pragma once

#include "depinsat/link/noise.h"
#include "depinsat/link/wire.h"
#include "rolling_set.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::link {

/// Keys and counters between two stations, from one handshake to the next.
class Session
{
public:
    struct Names {
        uint16_t local_index;   ///< packets for us carry it
        uint16_t remote_index;  ///< packets from us carry it
        uint64_t peer_instance; ///< which run of the peer's program
    };

    Session(const Names& names, const NoiseIk::Keys& keys) : names_(names), keys_(keys) {}

    uint16_t local_index() const { return names_.local_index; }
    uint64_t peer_instance() const { return names_.peer_instance; }

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
    /// @return nothing if there is nothing to acknowledge.
    std::optional<Ack> acknowledge(uint64_t floor) const;

private:
    Names names_;
    NoiseIk::Keys keys_;
    uint64_t next_counter_ = 0;
    RollingSet<kReplayWindow> seen_, taken_;
};

} // namespace depinsat::link
