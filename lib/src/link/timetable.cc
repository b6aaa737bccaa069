#include "timetable.h"

#include <algorithm>

namespace depinsat::link {

Timetable::Timetable(std::vector<Span> spans)
{
    std::ranges::sort(spans, {}, &Span::start);
    std::vector<Span> joined;
    for (const Span& span : spans) {
        if (span.end <= span.start)
            continue;
        if (!joined.empty() && span.start <= joined.back().end)
            joined.back().end = std::max(joined.back().end, span.end);
        else
            joined.push_back(span);
    }
    spans_ = std::make_shared<const std::vector<Span>>(std::move(joined));
}

std::vector<Timetable::Span>::const_iterator Timetable::not_over(Time now) const
{
    return std::ranges::upper_bound(*spans_, now, {}, &Span::end);
}

std::optional<Time> Timetable::current(Time now) const
{
    if (!spans_)
        return Time::max();
    const auto span = not_over(now);
    return span != spans_->end() && span->start <= now ? std::optional(span->end)
                                                       : std::nullopt;
}

Time Timetable::next_open(Time now) const
{
    if (!spans_)
        return now;
    const auto span = not_over(now);
    return span == spans_->end() ? Time::max() : std::max(span->start, now);
}

Time Timetable::next_change(Time now) const
{
    if (!spans_)
        return Time::max();
    const auto span = not_over(now);
    if (span == spans_->end())
        return Time::max();
    return span->start > now ? span->start : span->end;
}

Time Timetable::open_between(Time from, Time until) const
{
    if (!spans_)
        return std::max(until - from, Time::zero());
    Time open{};
    for (auto span = not_over(from); span != spans_->end() && span->start < until; ++span)
        open += std::min(span->end, until) - std::max(span->start, from);
    return open;
}

Contacts::Contacts(std::vector<Contact> contacts) : always_(false)
{
    std::vector<Timetable::Span> all;
    for (const Contact& contact : contacts) {
        const Timetable::Span span{contact.start, contact.end};
        all.push_back(span);
        (contact.peer ? own_[*contact.peer] : common_spans_).push_back(span);
    }
    common_ = Timetable(common_spans_);
    any_ = Timetable(std::move(all));
}

Timetable Contacts::of(const PublicKey& peer) const
{
    if (always_)
        return {};
    const auto own = own_.find(peer);
    if (own == own_.end())
        return common_;
    std::vector<Timetable::Span> spans = own->second;
    spans.insert(spans.end(), common_spans_.begin(), common_spans_.end());
    return Timetable(std::move(spans));
}

} // namespace depinsat::link
