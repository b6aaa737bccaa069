#pragma once

#include "depinsat/link/link.h"

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace depinsat::link {

/// When a path leads to a peer. Many peers may have the same one.
class Timetable
{
public:
    struct Span {
        Time start, end;
    };

    /// At any time.
    Timetable() = default;

    /// In these spans only, in any order; they may overlap.
    explicit Timetable(std::vector<Span> spans);

    bool always() const { return !spans_; }
    bool open(Time now) const { return current(now).has_value(); }

    /// The end of the span that `now` is in; nothing outside of them.
    std::optional<Time> current(Time now) const;

    /// The earliest time from `now` on at which it is open; Time::max(): none is known.
    Time next_open(Time now) const;

    /// When open() changes next; Time::max(): never.
    Time next_change(Time now) const;

    /// How much of the time from `from` to `until` it is open.
    Time open_between(Time from, Time until) const;

private:
    std::vector<Span>::const_iterator not_over(Time now) const;

    std::shared_ptr<const std::vector<Span>> spans_; ///< rising, with gaps between them
};

/// What the user said of a path.
class Contacts
{
public:
    Contacts() = default; ///< it is open at any time
    explicit Contacts(std::vector<Contact> contacts);

    Timetable of(const PublicKey& peer) const;

    /// When it is open to anybody.
    const Timetable& any() const { return any_; }

private:
    bool always_ = true;
    std::map<PublicKey, std::vector<Timetable::Span>> own_; ///< of single peers
    std::vector<Timetable::Span> common_spans_;
    Timetable common_, any_;
};

} // namespace depinsat::link
