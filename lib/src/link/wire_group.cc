#include "depinsat/link/wire_group.h"

#include "wire_bytes.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace depinsat::link {
namespace {

enum GroupItemType : uint8_t {
    kSymbols = 0x60,
    kSignature = 0x70,
    kBatch = 0x71,
    kObject = 0x72,
    kMessage = 0x73
};

constexpr auto take = take_number;
constexpr auto put = put_number;

std::optional<GroupItem> read_batch(std::span<const uint8_t>& items)
{
    if (items.size() < kBatchHeaderBytes - 1)
        return std::nullopt;
    BatchItem batch;
    batch.first = take(items, 4);
    const size_t bytes = kPacketHashBytes * take(items, 1);
    std::copy_n(items.begin(), kBatchSaltBytes, batch.salt.begin());
    items = items.subspan(kBatchSaltBytes);
    if (bytes == 0 || items.size() < bytes || kOpeningCounter - batch.first < batch.count())
        return std::nullopt;
    batch.hashes = items.first(bytes);
    items = items.subspan(bytes);
    return batch;
}

std::optional<GroupItem> read_object(std::span<const uint8_t>& items)
{
    if (items.size() < kObjectItemBytes - 1)
        return std::nullopt;
    ObjectItem object;
    const uint32_t word = take(items, 2);
    object.message_class = Class(word >> 13);
    object.keyed = word >> 12 & 1;
    object.object = uint16_t(word % kObjectNumbers);
    object.kind = uint8_t(take(items, 1));
    object.bytes = take(items, 3);
    const uint32_t symbol_bytes = uint32_t(kSymbolGrain) * take(items, 2);
    object.packet_symbols = uint8_t(take(items, 1));
    object.first = take(items, 4);
    std::copy_n(items.begin(), kObjectDigestBytes, object.digest.begin());
    items = items.subspan(kObjectDigestBytes);
    if (word >> 13 >= kClasses || object.bytes == 0 || object.bytes > kMaxMessageBytes ||
        symbol_bytes == 0 || symbol_bytes > kMaxSymbolBytes || object.packet_symbols == 0 ||
        object.first == 0 || object.first == kOpeningCounter)
        return std::nullopt;
    object.symbol_bytes = uint16_t(symbol_bytes);
    if (object.source_symbols() > kMaxSourceSymbols)
        return std::nullopt;
    return object;
}

std::optional<GroupItem> read_message(std::span<const uint8_t>& items)
{
    if (items.size() < kMessageHeaderBytes - 1)
        return std::nullopt;
    const uint32_t byte = take(items, 1);
    MessageItem message;
    message.message_class = Class(byte >> 5);
    message.keyed = byte >> 4 & 1;
    message.kind = uint8_t(take(items, 1));
    message.first = take(items, 4);
    const size_t length = take(items, 2);
    if (byte >> 5 >= kClasses || byte & 0x0F || message.first == kOpeningCounter ||
        length > items.size())
        return std::nullopt;
    message.bytes = items.first(length);
    items = items.subspan(length);
    return message;
}

std::optional<GroupItem> read_symbols(uint8_t byte, std::span<const uint8_t>& items)
{
    if (items.size() < kSymbolsHeaderBytes)
        return std::nullopt;
    const SymbolsItem symbols{uint16_t((byte & 0x0F) << 8 | items[0]), items.subspan(1)};
    items = {};
    return symbols;
}

} // namespace

std::optional<uint16_t> read_group_number(std::span<const uint8_t> packet)
{
    if (packet.size() < kPacketHeaderBytes)
        return std::nullopt;
    const uint32_t word = take(packet, 2);
    if ((word & kGroupBits) != kGroupBits)
        return std::nullopt;
    return uint16_t(word % kGroupNumbers);
}

std::optional<GroupHeader> read_group_header(std::span<const uint8_t> packet)
{
    const auto number = read_group_number(packet);
    if (!number || packet.size() < kDataHeaderBytes)
        return std::nullopt;
    return GroupHeader{*number, read_u32(packet.subspan<kPacketHeaderBytes, 4>())};
}

void write_group_header(GroupHeader header, std::span<uint8_t, kDataHeaderBytes> out)
{
    assert(header.number < kGroupNumbers);
    std::span<uint8_t> to = out;
    put(uint32_t(kGroupBits) | header.number, 2, to);
    put(header.counter, 4, to);
}

std::optional<GroupItem> read_group_item(std::span<const uint8_t>& items)
{
    if (items.empty())
        return std::nullopt;
    const auto byte = uint8_t(take(items, 1));
    if (byte >> 4 == kSymbols >> 4)
        return read_symbols(byte, items);
    switch (byte) {
    case kSignature:
        if (items.size() != kSignatureBytes)
            return std::nullopt;
        return SignatureItem{std::exchange(items, {}).first<kSignatureBytes>()};
    case kBatch:
        return read_batch(items);
    case kObject:
        return read_object(items);
    case kMessage:
        return read_message(items);
    default:
        return std::nullopt;
    }
}

size_t write_symbols_header(uint16_t object, std::span<uint8_t> out)
{
    assert(object < kObjectNumbers);
    put(uint32_t(kSymbols) << 8 | object, 2, out);
    return kSymbolsHeaderBytes;
}

size_t write_signature(std::span<const uint8_t, kSignatureBytes> signature,
                       std::span<uint8_t> out)
{
    put(kSignature, 1, out);
    std::ranges::copy(signature, out.begin());
    return kSignatureItemBytes;
}

size_t write_batch(const BatchItem& batch, std::span<uint8_t> out)
{
    assert(batch.count() >= 1 && batch.count() <= kMaxBatch);
    put(kBatch, 1, out);
    put(batch.first, 4, out);
    put(uint32_t(batch.count()), 1, out);
    std::ranges::copy(batch.salt, out.begin());
    std::ranges::copy(batch.hashes, out.begin() + kBatchSaltBytes);
    return kBatchHeaderBytes + batch.hashes.size();
}

size_t write_object_item(const ObjectItem& object, std::span<uint8_t> out)
{
    put(kObject, 1, out);
    put(uint32_t(object.message_class) << 13 | uint32_t(object.keyed) << 12 | object.object, 2,
        out);
    put(object.kind, 1, out);
    put(object.bytes, 3, out);
    put(object.symbol_bytes / kSymbolGrain, 2, out);
    put(object.packet_symbols, 1, out);
    put(object.first, 4, out);
    std::ranges::copy(object.digest, out.begin());
    return kObjectItemBytes;
}

size_t write_message_item(const MessageItem& message, std::span<uint8_t> out)
{
    put(kMessage, 1, out);
    put(uint32_t(message.message_class) << 5 | uint32_t(message.keyed) << 4, 1, out);
    put(message.kind, 1, out);
    put(message.first, 4, out);
    put(uint32_t(message.bytes.size()), 2, out);
    std::ranges::copy(message.bytes, out.begin());
    return kMessageHeaderBytes + message.bytes.size();
}

} // namespace depinsat::link
