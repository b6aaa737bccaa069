// How a station loses its power, and what its traffic makes of that.
#include "journal/sqlite_store.h"
#include "linksim/station.h"

#include <algorithm>
#include <malloc.h>

namespace depinsat::linksim {
namespace {

using link::Record;
using link::Store;

constexpr size_t kCopies = 16;
constexpr unsigned kWritesUntilCrash = 40;

Store::Bytes key_of(const link::PublicKey& peer, link::MessageId id)
{
    Store::Bytes key(peer.begin(), peer.end());
    for (int shift = 56; shift >= 0; shift -= 8)
        key.push_back(uint8_t(id >> shift));
    return key;
}

Store::Bytes key_of(const link::PublicKey& peer, const link::MessageKey& message)
{
    Store::Bytes key(peer.begin(), peer.end());
    key.insert(key.end(), message.begin(), message.end());
    return key;
}

Time arrival_of(const Store& store, const Store::Bytes& key)
{
    const auto value = store.get(Record::kIncoming, key);
    uint64_t time = 0;
    for (size_t i = 0; value && i < 8; ++i)
        time = time << 8 | (*value)[i];
    return Time(int64_t(time));
}

} // namespace

void add(link::LinkStats& sum, const link::LinkStats& more)
{
    sum.packet_bytes_sent += more.packet_bytes_sent;
    sum.segments_sent += more.segments_sent;
    sum.segments_repeated += more.segments_repeated;
    sum.duplicates += more.duplicates;
    sum.rejected_packets += more.rejected_packets;
    sum.messages_dropped_late += more.messages_dropped_late;
}

size_t memory_in_use()
{
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

link::LinkStats Station::stats() const
{
    link::LinkStats sum = past_;
    add(sum, link_->stats());
    return sum;
}

void Station::end_run()
{
    add(past_, link_->stats());
    link_.reset();
}

size_t Station::end()
{
    const size_t before = memory_in_use();
    link_.reset();
    return before - memory_in_use();
}

void Station::open_disk()
{
    if (!disk_)
        disk_.emplace();
    store_ = std::make_unique<journal::SqliteStore>("journal", disk_->vfs());
}

void Station::crash()
{
    if (random_() % 2)
        cut_power();
    else
        disk_->fail_after(1 + unsigned(random_() % kWritesUntilCrash));
}

void Station::cut_power()
{
    ++crashes_;
    disk_->power_off();
    end_run();
    store_.reset();
    disk_->crash(random_);
    if (settings_.old_journals) {
        if (copies_.size() < kCopies)
            copies_.push_back(disk_->copy());
        else
            copies_[random_() % kCopies] = disk_->copy();
        if (random_() % 2)
            disk_->restore(copies_[random_() % copies_.size()]);
    }
    open_disk();
    start_again();
}

// What did not survive is not heard of again.
void Station::settle_waiting()
{
    for (auto at = waiting_.begin(); at != waiting_.end();) {
        const auto entry = at++;
        if (store_->get(Record::kOutgoing, key_of(entry->second.peer, entry->first)))
            continue;
        const Waiting& lost = entry->second;
        ledger_.forget(lost.number);
        if (lost.backlog)
            backlogs_[*lost.backlog].waiting[lost.peer] -= backlogs_[*lost.backlog].flow.bytes;
        waiting_.erase(entry);
    }
}

// What was taken, and written, is not given out again.
void Station::settle_untaken()
{
    for (const auto& [place, untaken] : untaken_) {
        const auto key = key_of(place.first, place.second);
        if (store_->get(Record::kKnownKey, key) && !store_->get(Record::kIncoming, key))
            ledger_.received(untaken.message, untaken.arrived);
    }
    untaken_.clear();
}

void Station::take_later(const link::PublicKey& peer, const link::Message& message)
{
    const auto key = *message.key;
    untaken_[{peer, key}] = {message, arrival_of(*store_, key_of(peer, key)) - kSince1970};
    const Time pause(int64_t(random_() % 2'000'000'000));
    events_.at(events_.now() + pause, [this, peer, key, run = run_] {
        if (run == run_)
            powered([&] { take(peer, key); });
    });
}

void Station::take(const link::PublicKey& peer, const link::MessageKey& key)
{
    link_->taken(peer, key);
    store_->commit();
    const auto untaken = untaken_.extract({peer, key});
    ledger_.received(untaken.mapped().message, untaken.mapped().arrived);
}

} // namespace depinsat::linksim
