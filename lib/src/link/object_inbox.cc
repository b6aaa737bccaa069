#include "object_inbox.h"

#include "depinsat/fec/raptorq_decoder.h"

#include <algorithm>
#include <memory>

namespace depinsat::link {
namespace {

/// Symbols that are kept of an object: twice what it needs, for those that will be thrown away.
size_t most_symbols(const ObjectItem& object)
{
    return 2 * size_t(object.source_symbols()) + 64;
}

bool fits(const ObjectItem& object, uint32_t counter, size_t bytes)
{
    return counter >= object.first && bytes % object.symbol_bytes == 0 &&
           bytes / object.symbol_bytes <= object.packet_symbols;
}

} // namespace

bool ObjectInbox::add(uint32_t counter,
                      std::span<const uint8_t> symbols,
                      const PacketDigest& digest)
{
    if (object_ &&
        (!fits(*object_, counter, symbols.size()) || symbols_ >= most_symbols(*object_)))
        return false;
    Packet packet{{symbols.begin(), symbols.end()}, digest, false};
    if (object_)
        symbols_ += symbols_of(packet);
    bytes_ += symbols.size() + kKeptPacketBytes;
    packets_.emplace(counter, std::move(packet));
    return true;
}

ObjectInbox::Packets::iterator ObjectInbox::remove(Packets::iterator it)
{
    const Packet& packet = it->second;
    bytes_ -= packet.symbols.size() + kKeptPacketBytes;
    if (object_) {
        symbols_ -= symbols_of(packet);
        verified_symbols_ -= packet.verified ? symbols_of(packet) : 0;
    }
    return packets_.erase(it);
}

void ObjectInbox::describe(const ObjectItem& object)
{
    if (object_)
        return;
    for (auto it = packets_.begin(); it != packets_.end();)
        it = fits(object, it->first, it->second.symbols.size()) ? std::next(it) : remove(it);
    object_ = object;
    for (const auto& [counter, packet] : packets_) {
        symbols_ += symbols_of(packet);
        verified_symbols_ += packet.verified ? symbols_of(packet) : 0;
    }
}

size_t ObjectInbox::verify(const BatchItem& batch)
{
    size_t thrown_away = 0;
    const uint64_t end = uint64_t(batch.first) + batch.count();
    for (auto it = packets_.lower_bound(batch.first);
         it != packets_.end() && it->first < end;) {
        Packet& packet = it->second;
        const auto hash = hash_in_batch(batch.salt, packet.digest);
        const bool right = std::ranges::equal(
            hash, batch.hashes.subspan((it->first - batch.first) * kPacketHashBytes,
                                       kPacketHashBytes));
        if (!right) {
            it = remove(it);
            ++thrown_away;
            continue;
        }
        if (!packet.verified && object_)
            verified_symbols_ += symbols_of(packet);
        packet.verified = true;
        ++it;
    }
    return thrown_away;
}

size_t ObjectInbox::usable_symbols() const
{
    return wrong_ ? verified_symbols_ : symbols_;
}

std::optional<std::vector<uint8_t>> ObjectInbox::decode()
{
    if (!object_ || usable_symbols() < object_->source_symbols() ||
        usable_symbols() <= tried_with_)
        return std::nullopt;
    tried_with_ = usable_symbols();
    const size_t symbol = object_->symbol_bytes;
    fec::RaptorQDecoder decoder(std::make_shared<fec::RaptorQPlan>(object_->source_symbols()),
                                symbol);
    for (const auto& [counter, packet] : packets_) {
        if (!usable(packet))
            continue;
        const uint64_t first = uint64_t(counter - object_->first) * object_->packet_symbols;
        for (size_t i = 0; i < symbols_of(packet) && first + i <= kMaxEsi; ++i)
            decoder.add(std::span(packet.symbols).subspan(i * symbol, symbol),
                        uint32_t(first + i));
        if (decoder.decoded())
            break;
    }
    if (!decoder.decoded())
        return std::nullopt;
    const auto source = decoder.source().first(object_->bytes);
    if (digest_of_object(source) == object_->digest)
        return std::vector<uint8_t>(source.begin(), source.end());
    if (!wrong_)
        tried_with_ = 0;
    wrong_ = true;
    return std::nullopt;
}

} // namespace depinsat::link
