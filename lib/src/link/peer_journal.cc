#include "peer_journal.h"

#include <algorithm>
#include <stdexcept>

namespace depinsat::link {
namespace {

using Bytes = Store::Bytes;

constexpr size_t kTimeBytes = 8, kIdBytes = 8;
constexpr size_t kOutgoingHeader = 2 * kTimeBytes + 3 + std::tuple_size_v<MessageKey>;
constexpr size_t kIncomingHeader = kTimeBytes + 2;

void put_u64(Bytes& out, uint64_t value)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        out.push_back(uint8_t(value >> shift));
}

uint64_t read_u64(std::span<const uint8_t> bytes)
{
    uint64_t value = 0;
    for (const uint8_t byte : bytes.first(8))
        value = value << 8 | byte;
    return value;
}

Time read_time(std::span<const uint8_t> bytes)
{
    return Time(int64_t(read_u64(bytes)));
}

[[noreturn]] void fail(const char* what)
{
    throw std::runtime_error(std::string("journal: a record of ") + what + " makes no sense");
}

Class class_of(uint8_t byte)
{
    if (byte >= kClasses)
        fail("a message");
    return Class(byte);
}

MessageKey key_of(std::span<const uint8_t> bytes)
{
    MessageKey key;
    std::copy_n(bytes.begin(), key.size(), key.begin());
    return key;
}

/// What stands behind the peer in a record's key.
std::span<const uint8_t> rest_of(std::span<const uint8_t> key, size_t bytes, const char* what)
{
    if (key.size() != sizeof(PublicKey) + bytes)
        fail(what);
    return key.subspan(sizeof(PublicKey));
}

Bytes encode(const PeerJournal::Outgoing& entry)
{
    const Message& message = entry.message;
    Bytes value;
    value.reserve(kOutgoingHeader + message.bytes.size());
    put_u64(value, uint64_t(entry.accepted.count()));
    put_u64(value, uint64_t(entry.deadline.count()));
    value.push_back(uint8_t(message.message_class));
    value.push_back(message.kind);
    value.push_back(message.reliable);
    value.insert(value.end(), message.key->begin(), message.key->end());
    value.insert(value.end(), message.bytes.begin(), message.bytes.end());
    return value;
}

PeerJournal::Outgoing decode_outgoing(std::span<const uint8_t> id,
                                      std::span<const uint8_t> value)
{
    if (value.size() < kOutgoingHeader || value[2 * kTimeBytes + 2] > 1)
        fail("an outgoing message");
    PeerJournal::Outgoing entry;
    entry.id = read_u64(id);
    entry.accepted = read_time(value);
    entry.deadline = read_time(value.subspan(kTimeBytes));
    const auto fields = value.subspan(2 * kTimeBytes);
    entry.message.message_class = class_of(fields[0]);
    entry.message.kind = fields[1];
    entry.message.reliable = fields[2];
    entry.message.key = key_of(fields.subspan(3));
    entry.message.bytes.assign(value.begin() + kOutgoingHeader, value.end());
    return entry;
}

/// What a message counts.
size_t journal_bytes(const Message& message)
{
    return message.bytes.size() + 256;
}

} // namespace

PeerJournal::PeerJournal(const PublicKey& peer, Store& store, JournalUse& use)
    : peer_(peer), store_(store), use_(use)
{
    ++use_.peers;
    for (const Outgoing& entry : outgoing()) {
        outgoing_[entry.id] = {*entry.message.key, journal_bytes(entry.message)};
        use_.outgoing += journal_bytes(entry.message);
    }
    store_.for_each(Record::kIncoming, peer_, [this](auto key, auto value) {
        if (value.size() < kIncomingHeader)
            fail("an incoming message");
        const size_t bytes = value.size() - kIncomingHeader + 256;
        untaken_.emplace(key_of(rest_of(key, sizeof(MessageKey), "an incoming message")),
                         bytes);
        untaken_bytes_ += bytes;
    });
    load_known_keys();
}

PeerJournal::~PeerJournal()
{
    --use_.peers;
    for (const auto& [id, sending] : outgoing_)
        use_.outgoing -= sending.bytes;
}

void PeerJournal::load_known_keys()
{
    std::vector<std::pair<Time, MessageKey>> keys;
    store_.for_each(Record::kKnownKey, peer_, [&](auto key, auto value) {
        if (value.size() != kTimeBytes)
            fail("a known key");
        keys.emplace_back(read_time(value),
                          key_of(rest_of(key, sizeof(MessageKey), "a known key")));
    });
    std::ranges::sort(keys);
    for (const auto& [delivered, key] : keys)
        known_keys_.insert(key, delivered);
}

Bytes PeerJournal::record(std::span<const uint8_t> rest) const
{
    Bytes key(peer_.begin(), peer_.end());
    key.insert(key.end(), rest.begin(), rest.end());
    return key;
}

Bytes PeerJournal::record(MessageId id) const
{
    Bytes key(peer_.begin(), peer_.end());
    put_u64(key, id);
    return key;
}

std::vector<PeerJournal::Outgoing> PeerJournal::outgoing() const
{
    std::vector<Outgoing> all;
    store_.for_each(Record::kOutgoing, peer_, [&](auto key, auto value) {
        all.push_back(decode_outgoing(rest_of(key, kIdBytes, "an outgoing message"), value));
    });
    return all;
}

std::vector<MessageId> PeerJournal::outgoing_with(const MessageKey& key) const
{
    std::vector<MessageId> ids;
    for (const auto& [id, sending] : outgoing_)
        if (sending.key == key)
            ids.push_back(id);
    return ids;
}

std::vector<Message> PeerJournal::untaken() const
{
    std::vector<std::pair<Time, Message>> all;
    store_.for_each(Record::kIncoming, peer_, [&](auto key, auto value) {
        Message message;
        message.message_class = class_of(value[kTimeBytes]);
        message.kind = value[kTimeBytes + 1];
        message.key = key_of(key.subspan(sizeof(PublicKey)));
        message.bytes.assign(value.begin() + kIncomingHeader, value.end());
        all.emplace_back(read_time(value), std::move(message));
    });
    std::ranges::sort(all, {}, &std::pair<Time, Message>::first);
    std::vector<Message> messages;
    for (auto& [arrived, message] : all)
        messages.push_back(std::move(message));
    return messages;
}

bool PeerJournal::has_room_for(const Message& message) const
{
    return use_.outgoing + journal_bytes(message) <= use_.limit / 2;
}

void PeerJournal::accept(const Outgoing& entry)
{
    const size_t bytes = journal_bytes(entry.message);
    store_.put(Record::kOutgoing, record(entry.id), encode(entry));
    outgoing_[entry.id] = {*entry.message.key, bytes};
    use_.outgoing += bytes;
}

void PeerJournal::ended(MessageId id)
{
    const auto entry = outgoing_.find(id);
    if (entry == outgoing_.end())
        return;
    store_.erase(Record::kOutgoing, record(id));
    use_.outgoing -= entry->second.bytes;
    outgoing_.erase(entry);
}

bool PeerJournal::full() const
{
    return untaken_bytes_ > std::min(kMaxUntakenBytes, use_.limit / 2 / use_.peers);
}

bool PeerJournal::arrived(const Message& message, Time wall)
{
    const MessageKey& key = *message.key;
    if (known_keys_.contains(key))
        return false;
    const Time stamp = std::max(wall, known_keys_.latest() + Time(1));
    Bytes value;
    put_u64(value, uint64_t(stamp.count()));
    store_.put(Record::kKnownKey, record(key), value);
    known_keys_.insert(key, stamp);
    while (known_keys_.outgrown(wall - kKnownKeyLife))
        store_.erase(Record::kKnownKey, record(known_keys_.take_oldest()));
    value.push_back(uint8_t(message.message_class));
    value.push_back(message.kind);
    value.insert(value.end(), message.bytes.begin(), message.bytes.end());
    store_.put(Record::kIncoming, record(key), value);
    untaken_.emplace(key, journal_bytes(message));
    untaken_bytes_ += journal_bytes(message);
    return true;
}

bool PeerJournal::taken(const MessageKey& key)
{
    const auto entry = untaken_.find(key);
    if (entry == untaken_.end())
        return false;
    store_.erase(Record::kIncoming, record(key));
    untaken_bytes_ -= entry->second;
    untaken_.erase(entry);
    return true;
}

void PeerJournal::forget_unlisted(Store& store,
                                  Time wall,
                                  const std::function<bool(const PublicKey&)>& is_listed)
{
    std::vector<std::pair<Record, Bytes>> ended;
    const auto look = [&](Record record, size_t at, Time life) {
        store.for_each(record, [&, record, at, life](auto key, auto value) {
            PublicKey peer;
            if (key.size() < peer.size() || value.size() < at + kTimeBytes)
                fail("a peer");
            std::copy_n(key.begin(), peer.size(), peer.begin());
            if (!is_listed(peer) && read_time(value.subspan(at)) < wall - life)
                ended.emplace_back(record, Bytes(key.begin(), key.end()));
        });
    };
    look(Record::kOutgoing, kTimeBytes, Time(0));
    look(Record::kIncoming, 0, kKnownKeyLife);
    look(Record::kKnownKey, 0, kKnownKeyLife);
    for (const auto& [record, key] : ended)
        store.erase(record, key);
}

void PeerJournal::shift(Time by)
{
    for (Outgoing& entry : outgoing()) {
        entry.accepted += by;
        entry.deadline += by;
        store_.put(Record::kOutgoing, record(entry.id), encode(entry));
    }
}

} // namespace depinsat::link
