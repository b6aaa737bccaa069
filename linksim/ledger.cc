#include "linksim/ledger.h"

#include <cassert>
#include <cstring>

namespace depinsat::linksim {
namespace {

void fill(std::span<uint8_t> bytes, uint64_t number)
{
    assert(bytes.size() >= kLeastMessageBytes);
    for (size_t i = 0; i < bytes.size(); i += sizeof(number)) {
        const uint64_t word = number + i * 0x9E3779B97F4A7C15;
        std::memcpy(bytes.data() + i, &word, std::min(sizeof(word), bytes.size() - i));
    }
}

link::MessageKey key_of(uint64_t number)
{
    link::MessageKey key;
    fill(key, number + 1);
    return key;
}

} // namespace

link::Message Ledger::make(link::Class c, size_t bytes, bool keyed, Time now, Time deadline)
{
    const uint64_t number = records_.size();
    records_.push_back({c, uint32_t(bytes), keyed, now, deadline, {}, {}});
    link::Message message;
    message.message_class = c;
    message.kind = uint8_t(number);
    message.bytes.resize(bytes);
    fill(message.bytes, number);
    if (keyed)
        message.key = key_of(number);
    return message;
}

void Ledger::refused()
{
    ++refusals_[size_t(records_.back().message_class)];
    records_.pop_back();
}

void Ledger::received(const link::Message& message, Time now)
{
    uint64_t number = UINT64_MAX;
    if (message.bytes.size() >= kLeastMessageBytes)
        std::memcpy(&number, message.bytes.data(), sizeof(number));
    if (number >= records_.size()) {
        ++damaged_;
        return;
    }
    Record& record = records_[number];
    std::vector<uint8_t> expected(record.bytes);
    fill(expected, number);
    damaged_ += message.bytes != expected || message.kind != uint8_t(number) ||
                message.message_class != record.message_class ||
                message.key != (record.keyed ? std::optional(key_of(number)) : std::nullopt);
    ++record.times_received;
    if (!record.received)
        record.received = now;
}

void Ledger::outcome(uint64_t number, link::Outcome outcome)
{
    told_twice_ += records_[number].outcome.has_value();
    records_[number].outcome = outcome;
}

Ledger::Violations Ledger::check(Time settled_before, Time late_by) const
{
    Violations v;
    v.damaged = damaged_;
    v.told_twice = told_twice_;
    for (const Record& r : records_) {
        v.doubled += r.times_received > 1;
        v.late += r.received && *r.received > r.deadline + late_by;
        v.lost += r.outcome == link::Outcome::kDone && !r.received;
        v.done_anyway += r.outcome == link::Outcome::kNotDone && r.received;
        v.not_told += !r.outcome && r.deadline < settled_before;
    }
    return v;
}

} // namespace depinsat::linksim
