#include "linksim/station.h"

#include <algorithm>

namespace depinsat::linksim {
namespace {

std::chrono::milliseconds up_to_ms(Time time)
{
    return std::chrono::ceil<std::chrono::milliseconds>(time);
}

} // namespace

Station::Station(Events& events,
                 Ledger& ledger,
                 const Settings& settings,
                 const link::KeyPair& keys,
                 std::vector<link::PublicKey> peers,
                 Transmit transmit,
                 uint64_t seed)
    : events_(events),
      ledger_(ledger),
      settings_(settings),
      keys_(keys),
      peers_(std::move(peers)),
      transmit_(std::move(transmit)),
      random_(seed)
{
    for (const PathSettings& path : settings.paths)
        modems_.push_back({0, {}, path.phase});
    if (settings_.on_disk)
        open_disk();
    else
        store_ = std::make_unique<link::MemoryStore>();
    start();
}

void Station::start()
{
    link::LinkConfig config;
    config.started = now();
    config.wall_started = events_.now() + kSince1970;
    config.initiator = settings_.initiator;
    for (const PathSettings& path : settings_.paths)
        config.paths.push_back(
            {up_to_ms(path.delay), up_to_ms(path.slowest_frame), up_to_ms(settings_.lead)});
    link_.reset(new link::Link(config, keys_, peers_, *this, *store_)); // *this: a private base
    tell_contacts();
    tell_wall_clock();
    touched();
}

void Station::tell_contacts()
{
    for (unsigned path = 0; path < settings_.paths.size(); ++path) {
        std::vector<link::Contact> contacts;
        for (const Pass& pass : settings_.paths[path].passes)
            contacts.push_back(
                {settings_.clock.at(pass.start), settings_.clock.at(pass.start + pass.length)});
        if (!contacts.empty())
            link_->set_contacts(path, std::move(contacts), now());
    }
}

void Station::restart()
{
    end_run();
    start_again();
}

void Station::start_again()
{
    ++run_;
    settle_waiting();
    settle_untaken();
    start();
    for (size_t i = 0; i < backlogs_.size(); ++i)
        for (const auto& peer : peers_)
            keep_backlog(i, peer);
}

bool Station::all_up() const
{
    return std::ranges::all_of(peers_, [this](const auto& p) { return link_->peer_is_up(p); });
}

void Station::run(const Flow& flow, Time end)
{
    if (flow.interval == Time::zero()) {
        backlogs_.push_back({flow, end, {}, {}});
        for (const auto& peer : peers_)
            keep_backlog(backlogs_.size() - 1, peer);
        return;
    }
    for (const auto& peer : peers_)
        send(flow, peer, end, 0);
}

void Station::send(const Flow& flow, const link::PublicKey& peer, Time end, uint64_t sent)
{
    std::exponential_distribution<> wait(1 / double(flow.interval.count()));
    const Time next = events_.now() + Time(int64_t(wait(random_)));
    if (next >= end || sent >= flow.limit)
        return;
    events_.at(next, [this, &flow, &peer, end, sent] {
        powered([&] { submit(flow, peer); });
        send(flow, peer, end, sent + 1);
    });
}

bool Station::submit(const Flow& flow, const link::PublicKey& peer)
{
    const Time sent = events_.now();
    auto message =
        ledger_.make(flow.message_class, flow.bytes, flow.keyed, sent, sent + flow.lifetime);
    const auto id = link_->send(peer, std::move(message), now(), now() + flow.lifetime);
    if (id) {
        waiting_.insert_or_assign(id, Waiting{ledger_.last_number(), {}, peer});
        if (flow.keyed)
            store_->commit();
        if (flow.keyed)
            ledger_.accepted(ledger_.last_number());
    } else {
        ledger_.refused();
    }
    touched();
    return id != 0;
}

void Station::keep_backlog(size_t index, const link::PublicKey& peer)
{
    Backlog& b = backlogs_[index];
    while (events_.now() < b.end && b.waiting[peer] < b.flow.backlog &&
           b.sent[peer] < b.flow.limit) {
        auto message = ledger_.make(b.flow.message_class, b.flow.bytes, b.flow.keyed,
                                    events_.now(), events_.now() + b.flow.lifetime);
        const auto id = link_->send(peer, std::move(message), now(), now() + b.flow.lifetime);
        if (!id) {
            ledger_.refused();
            break;
        }
        waiting_.emplace(id, Waiting{ledger_.last_number(), index, peer});
        b.waiting[peer] += b.flow.bytes;
        ++b.sent[peer];
    }
    touched();
}

void Station::receive(unsigned path, std::span<const uint8_t> data_field)
{
    powered([&] {
        tell_wall_clock();
        link_->receive(data_field, now(), path);
        touched();
    });
}

// A wall clock that the scenario says nothing about is right, but nobody says so.
void Station::tell_wall_clock()
{
    if (const WallStep* wall = settings_.clock.wall_at(events_.now()))
        link_->set_wall_clock(kSince1970 + events_.now() + wall->wrong, wall->bound, now());
    else
        link_->set_wall_clock(kSince1970 + events_.now(), {}, now());
}

void Station::on_message(const link::PublicKey& peer, const link::Message& message)
{
    if (message.key && settings_.on_disk)
        return take_later(peer, message);
    if (message.key)
        link_->taken(peer, *message.key);
    ledger_.received(message, events_.now());
}

void Station::on_outcome(link::MessageId id, link::Outcome outcome)
{
    auto node = waiting_.extract(id);
    if (node.empty())
        return;
    const Waiting& waiting = node.mapped();
    ledger_.outcome(waiting.number, outcome);
    if (!waiting.backlog)
        return;
    Backlog& backlog = backlogs_[*waiting.backlog];
    backlog.waiting[waiting.peer] -= backlog.flow.bytes;
    events_.at(events_.now(), [this, index = *waiting.backlog, peer = waiting.peer] {
        keep_backlog(index, peer);
    });
}

void Station::touched()
{
    for (unsigned path = 0; path < modems_.size(); ++path)
        wake_modem(path, modems_.size() > 1 ? Time::min() // as a modem that sends dummy frames
                                            : link_->next_fill(path));
    arm_timer();
}

Time Station::slot_after(unsigned path, Time time) const
{
    const Time frame = settings_.paths[path].sends.frame_time();
    const Time next = modems_[path].next_slot;
    return time <= next ? next : next + ((time - next + frame - Time(1)) / frame) * frame;
}

void Station::wake_modem(unsigned path, Time when)
{
    if (when == Time::max())
        return;
    const Time earliest = std::max(settings_.clock.when(when), events_.now());
    const Time at = slot_after(path, earliest + settings_.lead) - settings_.lead;
    Modem& modem = modems_[path];
    if (modem.at && *modem.at <= at)
        return;
    modem.at = at;
    events_.at(at, [this, path, at] {
        if (modems_[path].at == at)
            powered([this, path] { ask(path); });
    });
}

void Station::ask(unsigned path)
{
    tell_wall_clock();
    Modem& modem = modems_[path];
    modem.at.reset();
    const Direction& sends = settings_.paths[path].sends;
    auto frame = std::make_shared<std::vector<uint8_t>>(sends.frame_bytes);
    const uint64_t sequence = ++modem.sequence;
    const Time slot = slot_after(path, events_.now() + settings_.lead);
    modem.next_slot = slot + sends.frame_time();
    const link::Slot known{path, settings_.clock.at(slot), sends.frame_time()};
    if (const size_t used = link_->fill(sequence, *frame, now(), known)) {
        ++totals_.frames;
        totals_.frame_bytes += frame->size();
        totals_.used_bytes += used;
        events_.at(slot, [this, path, sequence, run = run_] {
            if (run == run_)
                link_->sent(sequence, now(), path);
            touched();
        });
        transmit_(path, std::move(frame), slot + sends.frame_time());
    }
    touched();
}

void Station::arm_timer()
{
    const Time at = std::max(settings_.clock.when(link_->next_timer()),
                             events_.now() + std::chrono::microseconds(1));
    if (at > std::chrono::hours(1 << 20) || (timer_at_ && *timer_at_ <= at))
        return;
    timer_at_ = at;
    events_.at(at, [this, at] {
        if (timer_at_ != at)
            return;
        timer_at_.reset();
        powered([this] {
            link_->run_timers(now());
            touched();
        });
    });
}

} // namespace depinsat::linksim
