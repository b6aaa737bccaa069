#include "scheduler.h"

#include <algorithm>
#include <tuple>

namespace depinsat::link {
namespace {

// Of the bytes of segments, whatever else waits.
constexpr std::array<double, kClasses> kShares{0.10, 0.30, 0.20, 0.20, 0.10, 0.05};

} // namespace

void Scheduler::begin(std::vector<SchedulerSource*> ready, size_t frame_bytes)
{
    ready_ = std::move(ready);
    passed_.clear();
    frame_bytes_ = double(frame_bytes);
    for (size_t c = 0; c < kClasses; ++c) {
        waits_[c] = std::ranges::any_of(ready_, [c](SchedulerSource* source) {
            return source->head(Class(c)).has_value();
        });
        if (!waits_[c])
            owed_[c] = 0;
    }
}

bool Scheduler::passed(const SchedulerSource* source, Class c) const
{
    return std::ranges::any_of(
        passed_, [&](const auto& p) { return p.first == source && p.second == c; });
}

SchedulerSource* Scheduler::best_source(Class c)
{
    auto& floor = floor_[size_t(c)];
    uint64_t least = UINT64_MAX;
    for (SchedulerSource* source : ready_)
        if (source->head(c)) {
            auto& served = source->served[size_t(c)];
            served = std::max(served, floor); // what one did not need is not saved
            least = std::min(least, served);
        }
    if (least == UINT64_MAX)
        return nullptr;
    floor = least;
    SchedulerSource* best = nullptr;
    std::tuple<bool, uint64_t, Time> best_rank;
    for (SchedulerSource* source : ready_) {
        const auto deadline = source->head(c);
        if (!deadline || passed(source, c))
            continue;
        const uint64_t served = source->served[size_t(c)];
        const bool ahead = double(served - least) > frame_bytes_;
        const std::tuple rank(ahead, ahead ? served : 0, *deadline);
        if (!best || rank < best_rank) {
            best = source;
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
                if (SchedulerSource* source = best_source(Class(c)))
                    return Choice{source, Class(c)};
    return std::nullopt;
}

void Scheduler::served(const Choice& choice, size_t bytes)
{
    const auto taken = size_t(choice.message_class);
    choice.source->served[taken] += bytes;
    for (size_t c = 0; c < kClasses; ++c)
        if (waits_[c])
            owed_[c] = std::min(owed_[c] + kShares[c] * double(bytes), 2 * frame_bytes_);
    owed_[taken] = std::max(owed_[taken] - double(bytes), 0.0);
}

} // namespace depinsat::link
