#include "scheduler.h"

#include <algorithm>
#include <tuple>

namespace depinsat::link {
namespace {

// Of the bytes of segments, whatever else waits.
constexpr std::array<double, kClasses> kShares{0.10, 0.30, 0.20, 0.20, 0.10, 0.05};

} // namespace

void Scheduler::begin(std::vector<Peer*> ready, size_t frame_bytes)
{
    ready_ = std::move(ready);
    passed_.clear();
    frame_bytes_ = double(frame_bytes);
    for (size_t c = 0; c < kClasses; ++c) {
        waits_[c] = std::ranges::any_of(
            ready_, [c](Peer* peer) { return peer->outbox().head(Class(c)).has_value(); });
        if (!waits_[c])
            owed_[c] = 0;
    }
}

bool Scheduler::passed(const Peer* peer, Class c) const
{
    return std::ranges::any_of(passed_,
                               [&](const auto& p) { return p.first == peer && p.second == c; });
}

Peer* Scheduler::best_peer(Class c)
{
    auto& floor = floor_[size_t(c)];
    uint64_t least = UINT64_MAX;
    for (Peer* peer : ready_)
        if (peer->outbox().head(c)) {
            auto& served = peer->served[size_t(c)];
            served = std::max(served, floor); // what a peer did not need it does not save
            least = std::min(least, served);
        }
    if (least == UINT64_MAX)
        return nullptr;
    floor = least;
    Peer* best = nullptr;
    std::tuple<bool, uint64_t, Time> best_rank;
    for (Peer* peer : ready_) {
        const auto deadline = peer->outbox().head(c);
        if (!deadline || passed(peer, c))
            continue;
        const uint64_t served = peer->served[size_t(c)];
        const bool ahead = double(served - least) > frame_bytes_;
        const std::tuple rank(ahead, ahead ? served : 0, *deadline);
        if (!best || rank < best_rank) {
            best = peer;
            best_rank = rank;
        }
    }
    return best;
}

std::optional<Scheduler::Choice> Scheduler::next()
{
    for (const bool overdue : {true, false})
        for (size_t c = 0; c < kClasses; ++c)
            if (waits_[c] && (!overdue || owed_[c] >= frame_bytes_))
                if (Peer* peer = best_peer(Class(c)))
                    return Choice{peer, Class(c)};
    return std::nullopt;
}

void Scheduler::served(const Choice& choice, size_t bytes)
{
    const auto taken = size_t(choice.message_class);
    choice.peer->served[taken] += bytes;
    for (size_t c = 0; c < kClasses; ++c)
        if (waits_[c])
            owed_[c] = std::min(owed_[c] + kShares[c] * double(bytes), 2 * frame_bytes_);
    owed_[taken] = std::max(owed_[taken] - double(bytes), 0.0);
}

} // namespace depinsat::link
