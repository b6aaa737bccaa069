#pragma once

#include "depinsat/link/link.h"

#include <cstddef>
#include <deque>
#include <map>
#include <optional>

namespace depinsat::bridge {

/// Work that waits at a gateway, with a share for each peer: what one asks for keeps no other
/// waiting.
///
/// Order   peers in turn; of one peer the urgent first, then as it came.
/// Bounds  per peer, of what waits and of what is being worked on; of the latter for all
///         together, too.
template <class Job>
class PeerQueue
{
public:
    struct Limits {
        size_t waiting = 256, waiting_bytes = 4u << 20; ///< per peer
        size_t active = 32;                             ///< per peer
        size_t all_active = 128;
    };

    explicit PeerQueue(Limits limits) : limits_(limits) {}

    /// @return false if the peer has as much waiting as it may.
    bool push(const link::PublicKey& peer, Job job, size_t bytes, bool urgent)
    {
        Share& share = shares_[peer];
        if (share.waiting() >= limits_.waiting || share.bytes + bytes > limits_.waiting_bytes)
            return false;
        share.bytes += bytes;
        (urgent ? share.urgent : share.others).push_back({std::move(job), bytes});
        return true;
    }

    /// The next job, which counts as active until done().
    std::optional<Job> pop()
    {
        if (active_ >= limits_.all_active || shares_.empty())
            return {};
        auto next = shares_.upper_bound(last_);
        for (size_t i = 0; i < shares_.size(); ++i, ++next) {
            if (next == shares_.end())
                next = shares_.begin();
            Share& share = next->second;
            if (share.waiting() == 0 || share.active >= limits_.active)
                continue;
            last_ = next->first;
            ++share.active;
            ++active_;
            return share.take();
        }
        return {};
    }

    void done(const link::PublicKey& peer)
    {
        --active_;
        const auto share = shares_.find(peer);
        if (--share->second.active == 0 && share->second.waiting() == 0)
            shares_.erase(share);
    }

    size_t waiting() const
    {
        size_t all = 0;
        for (const auto& [peer, share] : shares_)
            all += share.waiting();
        return all;
    }
    size_t active() const { return active_; }

private:
    struct Entry {
        Job job;
        size_t bytes;
    };
    struct Share {
        std::deque<Entry> urgent, others;
        size_t bytes = 0, active = 0;

        size_t waiting() const { return urgent.size() + others.size(); }
        Job take()
        {
            auto& from = urgent.empty() ? others : urgent;
            Entry entry = std::move(from.front());
            from.pop_front();
            bytes -= entry.bytes;
            return std::move(entry.job);
        }
    };

    const Limits limits_;
    std::map<link::PublicKey, Share> shares_; ///< of peers that have something here
    link::PublicKey last_{};
    size_t active_ = 0;
};

} // namespace depinsat::bridge
