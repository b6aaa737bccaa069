#include "bridge/beacon/reply_cache.h"

#include <algorithm>

namespace depinsat::bridge::beacon {
namespace {

using namespace std::chrono_literals;

const std::string kSyncKey = "sync duties of period ";

uint64_t current_epoch(const std::optional<Head>& head, const Chain& chain, UnixTime now)
{
    return chain.epoch_of(head ? head->slot : chain.slot_at(now));
}

/// What the root of duties of `epoch` may be on the head's chain; the Beacon API says which
/// field of the head event it is. Proposers depend on the epoch before theirs, from Fulu on
/// on the one before that.
std::vector<Root>
possible_roots(Endpoint endpoint, uint64_t epoch, const Head& head, const Chain& chain)
{
    const uint64_t head_epoch = chain.epoch_of(head.slot);
    if (endpoint == Endpoint::kAttesterDuties) {
        if (epoch == head_epoch)
            return {head.previous_dependent};
        if (epoch == head_epoch + 1)
            return {head.current_dependent};
        return {};
    }
    if (epoch == head_epoch)
        return {head.current_dependent, head.previous_dependent};
    if (epoch == head_epoch + 1)
        return {head.block, head.current_dependent};
    if (epoch + 1 == head_epoch)
        return {head.previous_dependent};
    return {};
}

std::optional<Root> dependent_root(const ApiReply& reply)
{
    const auto json = parse_json(reply.body.bytes);
    return json ? root_at(*json, "dependent_root") : std::nullopt;
}

bool is_of_duties(Endpoint endpoint)
{
    return endpoint == Endpoint::kProposerDuties || endpoint == Endpoint::kAttesterDuties;
}

size_t size_of(const std::string& key, const ApiReply& reply)
{
    return key.size() + reply.body.bytes.size();
}

} // namespace

bool ReplyCache::is_cacheable(Endpoint endpoint)
{
    return is_of_duties(endpoint) || endpoint == Endpoint::kSyncDuties ||
           endpoint == Endpoint::kConstant || endpoint == Endpoint::kPerEpoch;
}

std::string
ReplyCache::key_of(const ApiRequest& request, const Route& route, const Chain& chain)
{
    if (route.endpoint == Endpoint::kSyncDuties)
        return kSyncKey +
               std::to_string(route.number / chain.epochs_per_sync_committee_period) + '\n' +
               request.body.bytes;
    return (request.post ? "POST " : "GET ") + request.target + '\n' + request.body.bytes;
}

bool ReplyCache::holds(const Entry& entry,
                       const Route& route,
                       const std::optional<Head>& head,
                       const Chain& chain,
                       UnixTime now)
{
    if (now < entry.at)
        return false; // the clock was set back
    switch (route.endpoint) {
    case Endpoint::kConstant:
        return now - entry.at < 24h;
    case Endpoint::kPerEpoch:
        return current_epoch(head, chain, now) == entry.epoch &&
               now - entry.at < chain.slot_time * int64_t(chain.slots_per_epoch);
    case Endpoint::kSyncDuties: {
        const uint64_t period = chain.epochs_per_sync_committee_period;
        return entry.epoch / period == current_epoch(head, chain, now) / period;
    }
    default:
        break;
    }
    if (!entry.dependent_root)
        return false;
    if (head)
        if (const auto roots = possible_roots(route.endpoint, route.number, *head, chain);
            !roots.empty())
            return std::ranges::count(roots, *entry.dependent_root) > 0;
    return chain.slot_at(entry.at) == chain.slot_at(now);
}

const ApiReply* ReplyCache::find(const std::string& key,
                                 const Route& route,
                                 const std::optional<Head>& head,
                                 const Chain& chain,
                                 UnixTime now)
{
    const auto entry = entries_.find(key);
    if (entry == entries_.end())
        return nullptr;
    if (!holds(entry->second, route, head, chain, now)) {
        drop(entry);
        return nullptr;
    }
    uses_.splice(uses_.begin(), uses_, entry->second.use);
    return &entry->second.reply;
}

void ReplyCache::add(const std::string& key,
                     const Route& route,
                     const ApiReply& reply,
                     const std::optional<Head>& head,
                     const Chain& chain,
                     UnixTime now)
{
    Entry entry{reply, now, current_epoch(head, chain, now)};
    if (is_of_duties(route.endpoint))
        entry.dependent_root = dependent_root(reply);
    if (const auto old = entries_.find(key); old != entries_.end())
        drop(old);
    const size_t bytes = size_of(key, reply);
    if (bytes > kMaxBytes)
        return;
    while (entries_.size() >= kMaxReplies || bytes_ + bytes > kMaxBytes)
        drop(entries_.find(uses_.back()));
    uses_.push_front(key);
    entry.use = uses_.begin();
    entries_.emplace(key, std::move(entry));
    bytes_ += bytes;
}

void ReplyCache::on_head(const Head& head, const Chain& chain)
{
    const uint64_t epoch = chain.epoch_of(head.slot);
    bool changed = false;
    const auto note = [&](uint64_t of, const Root& root) {
        const auto [known, is_new] = dependents_.try_emplace(of, root);
        changed |= !is_new && known->second != root;
        known->second = root;
    };
    note(epoch, head.current_dependent);
    if (epoch > 0)
        note(epoch - 1, head.previous_dependent);
    while (dependents_.size() > 4)
        dependents_.erase(dependents_.begin());
    if (!changed)
        return;
    for (auto next = entries_.begin(); next != entries_.end();) {
        const auto entry = next++;
        if (entry->first.starts_with(kSyncKey))
            drop(entry);
    }
}

void ReplyCache::drop(std::map<std::string, Entry>::iterator entry)
{
    bytes_ -= size_of(entry->first, entry->second.reply);
    uses_.erase(entry->second.use);
    entries_.erase(entry);
}

} // namespace depinsat::bridge::beacon
