// What goes into a frame for a group: openings, whole messages, symbols, and signed packets
// that describe objects and name the hashes of what went before.
#include "group_outbox.h"

#include "depinsat/framing/gse.h"
#include "object_plan.h"

#include <algorithm>
#include <cassert>
#include <sodium.h>

namespace depinsat::link {
namespace {

constexpr size_t kAround = framing::kGseHeaderBytes + kDataOverhead;
constexpr size_t kItemsAt = framing::kGseHeaderBytes + kDataHeaderBytes;
constexpr size_t kLongest = framing::kGseHeaderBytes + framing::kGseMaxPduBytes;
constexpr size_t kOpeningRoom = framing::kGseHeaderBytes + kGroupOpeningBytes;

/// Frames below this hold an opening or a batch, not both.
constexpr size_t kFrameOfBoth = 400;

/// The first openings of a run come with whatever is signed; later ones so far apart.
constexpr unsigned kEagerOpenings = 4;
constexpr Time kObjectOpenings = std::chrono::milliseconds(200);
constexpr Time kMessageOpenings = std::chrono::seconds(2);

/// An object is described again after so many of its packets, besides with each batch.
constexpr std::array<uint32_t, 2> kDescribedAfter{8, 32};

// Whether a signed packet holds a description besides a batch that is worth it.
bool holds_both(size_t items)
{
    return items >= 2 * (kObjectItemBytes + kBatchHeaderBytes);
}

// Packets that one batch names: at least the signed one before it and one of symbols.
uint32_t batch_of(size_t frame_bytes)
{
    const size_t around =
        kAround + kSignatureItemBytes + (frame_bytes < kFrameOfBoth ? 0 : kOpeningRoom);
    const size_t items = std::min(frame_bytes, kLongest) - around;
    const size_t room = items - kBatchHeaderBytes - (holds_both(items) ? kObjectItemBytes : 0);
    return uint32_t(std::clamp<size_t>(room / kPacketHashBytes, 2, kMaxBatch));
}

bool fits_whole(const Message& message, size_t frame_bytes)
{
    return kAround + kMessageHeaderBytes + message.bytes.size() + kSignatureItemBytes <=
           std::min(frame_bytes, kLongest);
}

} // namespace

size_t GroupOutbox::seal_packet(std::span<uint8_t> packet, size_t items)
{
    const size_t bytes = kDataOverhead + items;
    framing::write_gse_header(kEtherType, bytes, packet.first<framing::kGseHeaderBytes>());
    const auto header = packet.subspan<framing::kGseHeaderBytes, kDataHeaderBytes>();
    write_group_header({keys_.number(), next_counter_}, header);
    const auto plain = packet.subspan(kItemsAt, items);
    digests_.push_back(digest_of_packet(plain));
    seal(run_key_, next_counter_++, header, plain, packet.subspan(kItemsAt, items + kTagBytes));
    return framing::kGseHeaderBytes + bytes;
}

size_t GroupOutbox::sign_and_seal(std::span<uint8_t> packet, size_t items)
{
    const auto signature =
        signer_.sign(keys_.items_to_sign(run_, next_counter_, packet.subspan(kItemsAt, items)));
    items += write_signature(signature, packet.subspan(kItemsAt + items));
    return seal_packet(packet, items);
}

// @param apart  so long after the last one another is due.
size_t GroupOutbox::write_opening_to(std::span<uint8_t> room, Time now, Time apart)
{
    const bool eager =
        openings_ == 0 || (openings_ < kEagerOpenings && next_counter_ != opened_before_);
    const bool due = eager || now >= last_opening_ + apart;
    if (!due || room.size() < kOpeningRoom)
        return 0;
    const auto packet = write_opening(keys_, signer_, run_, next_counter_);
    framing::write_gse_header(kEtherType, packet.size(),
                              room.first<framing::kGseHeaderBytes>());
    std::ranges::copy(packet, room.begin() + framing::kGseHeaderBytes);
    ++openings_;
    last_opening_ = now;
    opened_before_ = next_counter_;
    return kOpeningRoom;
}

void GroupOutbox::plan(Entry& entry, const Room& room)
{
    if (fits_whole(entry.message, room.frame_bytes)) {
        entry.planned = copies_to_send(settings_.loss);
        return;
    }
    const auto& bytes = entry.message.bytes;
    const auto shape = shape_of_object(bytes.size(), room.frame_bytes, room.shared);
    if (!shape)
        return;
    ObjectItem object;
    object.message_class = entry.message.message_class;
    object.keyed = entry.keyed;
    object.object = next_object_++ % kObjectNumbers;
    object.kind = entry.message.kind;
    object.bytes = uint32_t(bytes.size());
    object.symbol_bytes = uint16_t(shape->symbol_bytes);
    object.packet_symbols = uint8_t(shape->packet_symbols);
    object.digest = digest_of_object(bytes);
    entry.source.emplace(object, bytes);
    entry.planned = symbols_to_send(object.source_symbols() + kSymbolsBeyond, settings_.loss);
}

size_t GroupOutbox::write(Class c, const Room& room, Time now, Written& written)
{
    if (!head(c))
        return 0;
    const MessageId id = ready_[size_t(c)].begin()->second;
    Entry& entry = entries_.at(id);
    if (!entry.planned)
        plan(entry, room);
    if (!entry.planned) { // no frame of this size can carry it
        make_unready(id, entry);
        set_due(id, entry, Time::min());
        return 0;
    }
    const size_t bytes = entry.source ? write_object(id, entry, room, now, written)
                                      : write_whole(id, entry, room.free, now, written);
    if (bytes) {
        written.message = id;
        ++entry.in_flight;
    }
    return bytes;
}

size_t GroupOutbox::write_whole(
    MessageId id, Entry& entry, std::span<uint8_t> room, Time now, Written& written)
{
    const size_t opening = write_opening_to(room, now, kMessageOpenings);
    written.packets = opening ? 1 : 0;
    const auto packet = room.subspan(opening);
    const auto& bytes = entry.message.bytes;
    if (packet.size() < kAround + kMessageHeaderBytes + bytes.size() + kSignatureItemBytes)
        return opening;
    if (!entry.first)
        entry.first = next_counter_;
    const size_t items = write_message_item(
        {entry.message.message_class, entry.keyed, entry.message.kind, *entry.first, bytes},
        packet.subspan(kItemsAt));
    const size_t used = opening + sign_and_seal(packet, items);
    forget_digests();
    ++written.packets;
    written.taken = 1;
    make_unready(id, entry);
    if (++entry.taken < entry.planned) {
        entry.next_copy = now + settings_.copies_apart;
        copies_.insert({*entry.next_copy, id});
    }
    return used;
}

// The first packet that the next batch is to name: of those that no batch has named yet; when
// all symbols are out, of those that one batch has named.
uint32_t GroupOutbox::batch_from(const Entry& entry) const
{
    const bool last = entry.taken >= entry.planned && batched_end_ >= entry.symbols_end;
    return last ? entry.batched_again : batched_end_;
}

bool GroupOutbox::control_is_due(const Entry& entry, const Room& room) const
{
    return entry.control_due || entry.taken >= entry.planned ||
           next_counter_ - batched_end_ >= batch_of(room.frame_bytes);
}

size_t GroupOutbox::write_object(
    MessageId id, Entry& entry, const Room& room, Time now, Written& written)
{
    if (!control_is_due(entry, room))
        return write_symbols(entry, room.free, written);
    const size_t used = write_control(entry, room, now, written);
    if (entry.taken >= entry.planned && entry.batched_again >= entry.symbols_end)
        make_unready(id, entry);
    return used;
}

size_t GroupOutbox::write_symbols(Entry& entry, std::span<uint8_t> room, Written& written)
{
    room = room.first(std::min(room.size(), kLongest));
    if (room.size() < kAround + kSymbolsHeaderBytes)
        return 0;
    const auto& object = entry.source->object();
    const auto out = room.subspan(kItemsAt).first(room.size() - kAround);
    const size_t bytes = entry.source->write(next_counter_, out.subspan(kSymbolsHeaderBytes));
    if (bytes == 0)
        return 0;
    write_symbols_header(object.object, out);
    const size_t used = seal_packet(room, kSymbolsHeaderBytes + bytes);
    written.packets = 1;
    written.taken = uint32_t(bytes / object.symbol_bytes);
    entry.taken += written.taken;
    entry.symbols_end = next_counter_;
    ++entry.packets;
    entry.control_due |= std::ranges::count(kDescribedAfter, entry.packets) != 0;
    return used;
}

// The packet that is written next describes it, those behind hold its symbols.
void GroupOutbox::begin_object(Entry& entry)
{
    entry.first = entry.batched_again = next_counter_ + 1;
    entry.source->begin(*entry.first);
    objects_.insert(*entry.first);
}

size_t GroupOutbox::put_batch(uint32_t first, uint32_t end, std::span<uint8_t> room)
{
    if (first >= end || room.size() < kBatchHeaderBytes + kPacketHashBytes)
        return 0;
    const size_t fits = (room.size() - kBatchHeaderBytes) / kPacketHashBytes;
    const size_t count = std::min({fits, kMaxBatch, size_t(end - first)});
    BatchItem batch{first, {}, {}};
    randombytes_buf(batch.salt.data(), batch.salt.size());
    std::array<uint8_t, kMaxBatch * kPacketHashBytes> hashes;
    const size_t base = next_counter_ - digests_.size();
    for (size_t i = 0; i < count; ++i)
        std::ranges::copy(hash_in_batch(batch.salt, digests_[first + i - base]),
                          hashes.begin() + i * kPacketHashBytes);
    batch.hashes = std::span(hashes).first(count * kPacketHashBytes);
    return write_batch(batch, room);
}

size_t GroupOutbox::write_control(Entry& entry, const Room& room, Time now, Written& written)
{
    const size_t opening = write_opening_to(room.free, now, kObjectOpenings);
    written.packets = opening ? 1 : 0;
    auto packet = room.free.subspan(opening);
    packet = packet.first(std::min(packet.size(), kLongest));
    if (packet.size() < kAround + kObjectItemBytes + kSignatureItemBytes)
        return opening;
    if (!entry.first)
        begin_object(entry);
    auto items = packet.subspan(kItemsAt).first(packet.size() - kAround - kSignatureItemBytes);
    size_t used = 0;
    if (entry.control_due || holds_both(items.size()))
        used = write_object_item(entry.source->object(), items);
    const uint32_t first = batch_from(entry);
    const uint32_t end = first == batched_end_ ? next_counter_ : entry.symbols_end;
    const size_t batch = put_batch(first, end, items.subspan(used));
    if (batch) {
        const auto count = uint32_t((batch - kBatchHeaderBytes) / kPacketHashBytes);
        (first == batched_end_ ? batched_end_ : entry.batched_again) = first + count;
    }
    if (used + batch == 0)
        return opening;
    entry.control_due &= used == 0;
    written.control = used != 0;
    ++written.packets;
    return opening + sign_and_seal(packet, used + batch);
}

// Those of packets that a batch can still name.
void GroupOutbox::forget_digests()
{
    const uint32_t keep_from =
        objects_.empty() ? next_counter_ : std::min(*objects_.begin(), batched_end_);
    while (!digests_.empty() && next_counter_ - digests_.size() < keep_from)
        digests_.pop_front();
    batched_end_ = std::max(batched_end_, keep_from);
}

} // namespace depinsat::link
