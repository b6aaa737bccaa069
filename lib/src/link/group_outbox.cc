// Which messages wait for a group, and what becomes of them.
#include "group_outbox.h"

#include "object_plan.h"

#include <algorithm>
#include <sodium.h>
#include <stdexcept>

namespace depinsat::link {
namespace {

/// When nothing waits, a run that has used so many counters is followed by another.
constexpr uint32_t kRunPackets = 1u << 31;

} // namespace

GroupOutbox::GroupOutbox(const Settings& settings,
                         const Key& group,
                         const KeyPair& own,
                         Store& store)
    : settings_(settings), keys_(group, own.public_key), signer_(own), store_(store)
{}

// The number is taken in the store before it is used; the salt makes a run's keys new even if
// the store is an old copy.
void GroupOutbox::open_run()
{
    uint32_t number = settings_.least_run;
    const auto last = store_.get(Record::kGroupCounter, keys_.name());
    if (last && last->size() == 4)
        number = std::max(number, read_u32(std::span(*last).first<4>()) + 1);
    std::array<uint8_t, 4> record;
    write_u32(number, record);
    store_.put(Record::kGroupCounter, keys_.name(), record);
    store_.commit();
    run_.number = number;
    randombytes_buf(run_.salt.data(), run_.salt.size());
    run_key_ = keys_.key_of(run_);
    run_open_ = true;
    next_counter_ = batched_end_ = 0;
    openings_ = 0;
    digests_.clear();
}

void GroupOutbox::add(MessageId id, Message message, Time deadline, Time last_chance)
{
    if (!run_open_ || (entries_.empty() && next_counter_ >= kRunPackets))
        open_run();
    const bool keyed = message.key.has_value();
    if (keyed)
        message.bytes.insert(message.bytes.begin(), message.key->begin(), message.key->end());
    bytes_ += queued_bytes(message);
    const auto it =
        entries_.emplace(id, Entry{std::move(message), keyed, deadline, last_chance}).first;
    dues_.insert({last_chance, id});
    make_ready(id, it->second);
}

std::optional<Time> GroupOutbox::head(Class c) const
{
    const auto& ready = ready_[size_t(c)];
    if (ready.empty() || next_counter_ >= kOpeningCounter - 1)
        return std::nullopt;
    return ready.begin()->first;
}

bool GroupOutbox::ready() const
{
    for (size_t c = 0; c < kClasses; ++c)
        if (head(Class(c)))
            return true;
    return false;
}

void GroupOutbox::make_ready(MessageId id, const Entry& entry)
{
    ready_[size_t(entry.message.message_class)].insert({entry.deadline, id});
}

void GroupOutbox::make_unready(MessageId id, const Entry& entry)
{
    ready_[size_t(entry.message.message_class)].erase({entry.deadline, id});
}

void GroupOutbox::set_due(MessageId id, Entry& entry, Time due)
{
    dues_.erase({entry.due, id});
    entry.due = due;
    dues_.insert({due, id});
}

// All symbols, and all batches of them twice; or all copies.
bool GroupOutbox::over(const Entry& entry) const
{
    return entry.planned && entry.taken >= entry.planned && !entry.in_flight &&
           (!entry.source || entry.batched_again >= entry.symbols_end);
}

Outcome GroupOutbox::outcome_of(const Entry& entry) const
{
    const uint32_t needed = entry.source ? entry.source->object().source_symbols() : 1;
    return entry.taken < needed ? Outcome::kNotDone : Outcome::kUnknown;
}

void GroupOutbox::remove(Entries::iterator it)
{
    auto& [id, entry] = *it;
    bytes_ -= queued_bytes(entry.message);
    make_unready(id, entry);
    dues_.erase({entry.due, id});
    if (entry.next_copy)
        copies_.erase({*entry.next_copy, id});
    if (entry.source && entry.first)
        objects_.erase(*entry.first);
    entries_.erase(it);
    forget_digests();
}

void GroupOutbox::tell_if_over(Entries::iterator it, Outcomes& outcomes)
{
    if (!over(it->second))
        return;
    outcomes.emplace_back(it->first, outcome_of(it->second));
    remove(it);
}

void GroupOutbox::sent(const Written& written, Outcomes& outcomes)
{
    const auto it = entries_.find(written.message);
    if (it == entries_.end())
        return;
    --it->second.in_flight;
    tell_if_over(it, outcomes);
}

void GroupOutbox::not_sent(const Written& written)
{
    const auto it = entries_.find(written.message);
    if (it == entries_.end())
        return;
    Entry& entry = it->second;
    --entry.in_flight;
    entry.taken -= written.taken;
    entry.control_due |= written.control;
    if (!entry.next_copy)
        make_ready(it->first, entry);
}

void GroupOutbox::expire(Time now, Outcomes& outcomes)
{
    while (!dues_.empty() && dues_.begin()->first <= now) {
        const auto it = entries_.find(dues_.begin()->second);
        outcomes.emplace_back(it->first, outcome_of(it->second));
        remove(it);
    }
}

void GroupOutbox::release_copies(Time now)
{
    while (!copies_.empty() && copies_.begin()->first <= now) {
        const MessageId id = copies_.begin()->second;
        copies_.erase(copies_.begin());
        Entry& entry = entries_.at(id);
        entry.next_copy.reset();
        make_ready(id, entry);
    }
}

Time GroupOutbox::next_timer() const
{
    const Time due = dues_.empty() ? Time::max() : dues_.begin()->first;
    return copies_.empty() ? due : std::min(due, copies_.begin()->first);
}

} // namespace depinsat::link
