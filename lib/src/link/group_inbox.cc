#include "group_inbox.h"

#include <algorithm>
#include <utility>

namespace depinsat::link {
namespace {

// The counter of the packet that was the first to describe it, which no other message has.
uint32_t name_of(const ObjectItem& object)
{
    return object.first - 1;
}

} // namespace

GroupInbox::GroupInbox(const Key& group, const GroupSender& sender, Store& store)
    : sender_(sender), keys_(group, sender.station), window_(keys_.name(), store)
{
    if (window_.run())
        run_key_ = keys_.key_of(*window_.run());
}

void GroupInbox::receive(GroupHeader header,
                         std::span<const uint8_t> packet,
                         Time now,
                         Taken& taken)
{
    if (header.counter == kOpeningCounter)
        receive_opening(packet, now, taken);
    else if (receive_data(header, packet, now, taken))
        taken.authentic = true;
    else
        keep_sealed(packet);
}

// Another run: whatever was kept because its key was not known is looked at once more.
void GroupInbox::receive_opening(std::span<const uint8_t> packet, Time now, Taken& taken)
{
    const auto opening = read_opening(keys_, sender_.verify_key, window_.run(), packet);
    if (!opening)
        return;
    taken.authentic = true;
    window_.begin(opening->run, opening->next_counter);
    run_key_ = keys_.key_of(opening->run);
    while (!objects_.empty())
        forget(objects_.begin());
    given_.clear();
    sealed_bytes_ = 0;
    for (const auto& kept : std::exchange(sealed_, {}))
        receive_data(*read_group_header(kept), kept, now, taken);
}

bool GroupInbox::receive_data(GroupHeader header,
                              std::span<const uint8_t> packet,
                              Time now,
                              Taken& taken)
{
    if (!window_.run() || packet.size() < kDataOverhead ||
        window_.place(header.counter) == GroupWindow::Place::kSeen)
        return false;
    items_.resize(packet.size() - kDataOverhead);
    return open(run_key_, header.counter, packet.first(kDataHeaderBytes),
                packet.subspan(kDataHeaderBytes), items_) &&
           take_items(header.counter, now, taken);
}

void GroupInbox::keep_sealed(std::span<const uint8_t> packet)
{
    sealed_.emplace_back(packet.begin(), packet.end());
    sealed_bytes_ += packet.size();
    while (sealed_bytes_ > kMaxSealedBytes) {
        sealed_bytes_ -= sealed_.front().size();
        sealed_.pop_front();
    }
}

bool GroupInbox::is_signed(uint32_t counter) const
{
    if (items_.size() < kSignatureItemBytes)
        return false;
    const auto items = std::span(items_).first(items_.size() - kSignatureItemBytes);
    auto rest = std::span<const uint8_t>(items_).last(kSignatureItemBytes);
    const auto item = read_group_item(rest);
    const auto* signature = item ? std::get_if<SignatureItem>(&*item) : nullptr;
    return signature &&
           verify(sender_.verify_key, keys_.items_to_sign(*window_.run(), counter, items),
                  signature->bytes);
}

bool GroupInbox::take_items(uint32_t counter, Time now, Taken& taken)
{
    std::span<const uint8_t> items = items_;
    auto rest = items;
    const auto item = read_group_item(rest);
    if (item && std::holds_alternative<SymbolsItem>(*item)) {
        if (window_.place(counter) == GroupWindow::Place::kFar)
            return false;
        window_.see(counter);
        take_symbols(std::get<SymbolsItem>(*item), counter, now, taken);
        return true;
    }
    if (!is_signed(counter))
        return false;
    window_.see(counter);
    window_.trust(counter);
    take_signed(items.first(items.size() - kSignatureItemBytes), now, taken);
    return true;
}

void GroupInbox::take_signed(std::span<const uint8_t> items, Time now, Taken& taken)
{
    while (const auto item = read_group_item(items)) {
        if (const auto* message = std::get_if<MessageItem>(&*item))
            take_message(*message, taken);
        else if (const auto* object = std::get_if<ObjectItem>(&*item))
            take_object(*object, now, taken);
        else if (const auto* batch = std::get_if<BatchItem>(&*item))
            take_batch(*batch, taken);
    }
}

void GroupInbox::give_out(
    uint32_t name, Class c, uint8_t kind, bool keyed, std::vector<uint8_t> bytes, Taken& taken)
{
    window_.give_out(name);
    Message message{c, kind, std::move(bytes)};
    if (keyed) {
        auto& key = message.key.emplace();
        std::copy_n(message.bytes.begin(), key.size(), key.begin());
        message.bytes.erase(message.bytes.begin(),
                            message.bytes.begin() + std::ptrdiff_t(key.size()));
    }
    taken.messages.push_back(std::move(message));
}

void GroupInbox::take_message(const MessageItem& message, Taken& taken)
{
    const bool has_key = !message.keyed || message.bytes.size() >= MessageKey().size();
    if (has_key && window_.is_new(message.first))
        give_out(message.first, message.message_class, message.kind, message.keyed,
                 {message.bytes.begin(), message.bytes.end()}, taken);
}

void GroupInbox::take_object(const ObjectItem& object, Time now, Taken& taken)
{
    const bool has_key = !object.keyed || object.bytes >= MessageKey().size();
    const auto it = objects_.find(object.object);
    const bool another = it != objects_.end() && it->second.object() &&
                         it->second.object()->first != object.first; // its number again
    const bool wanted = has_key && window_.is_new(name_of(object));
    if (it != objects_.end() && (another || !wanted))
        forget(it);
    if (!wanted)
        return;
    std::erase(given_, object.object);
    ObjectInbox& inbox = object_of(object.object, now);
    bytes_ -= inbox.bytes();
    inbox.describe(object);
    bytes_ += inbox.bytes();
    decode(objects_.find(object.object), taken);
}

void GroupInbox::take_batch(const BatchItem& batch, Taken& taken)
{
    const uint32_t last = batch.first + uint32_t(batch.count()) - 1;
    window_.trust(last);
    for (uint32_t counter = batch.first; counter <= last; ++counter)
        window_.see(counter); // what comes after its batch is not the sender's
    for (auto it = objects_.begin(); it != objects_.end();) {
        const auto object = it++;
        bytes_ -= object->second.bytes();
        taken.thrown_away += object->second.verify(batch);
        bytes_ += object->second.bytes();
        decode(object, taken);
    }
}

void GroupInbox::take_symbols(const SymbolsItem& symbols,
                              uint32_t counter,
                              Time now,
                              Taken& taken)
{
    const auto known = objects_.find(symbols.object);
    if (known == objects_.end() && std::ranges::count(given_, symbols.object))
        return; // more of it than was needed
    ObjectInbox& inbox = object_of(symbols.object, now);
    if (!inbox.object() && inbox.bytes() >= kMaxUndescribedBytes)
        return;
    bytes_ -= inbox.bytes();
    inbox.add(counter, symbols.bytes, digest_of_packet(items_));
    bytes_ += inbox.bytes();
    make_room(symbols.object);
    decode(objects_.find(symbols.object), taken);
}

void GroupInbox::decode(Objects::iterator it, Taken& taken)
{
    auto bytes = it->second.decode();
    if (!bytes)
        return;
    const ObjectItem object = *it->second.object();
    forget(it);
    given_.push_back(object.object);
    if (given_.size() > kMaxObjects)
        given_.pop_front();
    give_out(name_of(object), object.message_class, object.kind, object.keyed,
             std::move(*bytes), taken);
}

ObjectInbox& GroupInbox::object_of(uint16_t number, Time now)
{
    ObjectInbox& inbox = objects_[number];
    inbox.touched = now;
    make_room(number);
    return inbox;
}

GroupInbox::Objects::iterator GroupInbox::forget(Objects::iterator it)
{
    bytes_ -= it->second.bytes();
    return objects_.erase(it);
}

void GroupInbox::make_room(uint16_t except)
{
    while (objects_.size() > kMaxObjects || (bytes_ > kMaxObjectBytes && objects_.size() > 1)) {
        auto oldest = objects_.end();
        for (auto it = objects_.begin(); it != objects_.end(); ++it)
            if (it->first != except &&
                (oldest == objects_.end() || it->second.touched < oldest->second.touched))
                oldest = it;
        forget(oldest);
    }
}

void GroupInbox::forget_stale(Time now)
{
    for (auto it = objects_.begin(); it != objects_.end();)
        it = it->second.touched + kObjectLife <= now ? forget(it) : std::next(it);
}

Time GroupInbox::next_timer() const
{
    Time next = Time::max();
    for (const auto& [number, object] : objects_)
        next = std::min(next, object.touched + kObjectLife);
    return next;
}

} // namespace depinsat::link
