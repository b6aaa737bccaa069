#pragma once

#include "depinsat/link/link.h"

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::linksim {

using link::Time;

inline constexpr size_t kLeastMessageBytes = 8; ///< the number by which a message is known

/// Every message of a run: who said what about it. Finds what must never happen.
class Ledger
{
public:
    struct Record {
        link::Class message_class;
        uint32_t bytes;
        bool keyed;
        Time sent, deadline;
        std::optional<link::Outcome> outcome{};
        std::optional<Time> received{};
        uint32_t times_received = 0;
        bool accepted = false; ///< keyed: on disk at the sender's
    };

    /// What must never happen, counted.
    struct Violations {
        uint64_t doubled = 0;     ///< received more than once
        uint64_t late = 0;        ///< received after the deadline
        uint64_t damaged = 0;     ///< received other than sent
        uint64_t lost = 0;        ///< "done", but not received
        uint64_t done_anyway = 0; ///< "not done", but received
        uint64_t told_twice = 0;  ///< two outcomes
        uint64_t not_told = 0;    ///< no outcome long after the deadline
        uint64_t all() const
        {
            return doubled + late + damaged + lost + done_anyway + told_twice + not_told;
        }
    };

    /// @return the message, whose bytes begin with its number and go on with a pattern of it.
    link::Message make(link::Class, size_t bytes, bool keyed, Time now, Time deadline);

    /// The link refused the message that was made last.
    void refused();

    uint64_t last_number() const { return records_.size() - 1; }
    void received(const link::Message&, Time now);
    void outcome(uint64_t number, link::Outcome);

    /// A keyed message is on disk.
    void accepted(uint64_t number) { records_[number].accepted = true; }

    /// The sender's program ended; nobody will tell.
    void forget(uint64_t number) { records_[number].outcome = link::Outcome::kUnknown; }

    /// @param settled_before  messages with an earlier deadline must have an outcome.
    /// @param late_by         after its deadline a message that is received is late.
    Violations check(Time settled_before, Time late_by = {}) const;

    std::span<const Record> records() const { return records_; }
    uint64_t refusals(link::Class c) const { return refusals_[size_t(c)]; }

private:
    std::vector<Record> records_;
    std::array<uint64_t, link::kClasses> refusals_{};
    uint64_t damaged_ = 0, told_twice_ = 0;
};

} // namespace depinsat::linksim
