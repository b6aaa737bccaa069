#include "bridge/bitcoin/p2p.h"

#include <cassert>

namespace depinsat::bridge::bitcoin {
namespace {

constexpr size_t kCommandBytes = 12;
constexpr size_t kMaxAgent = 256;

struct Limit {
    std::string_view command;
    size_t bytes;
};
constexpr size_t kInventoryBytes = 9 + 36 * kMaxInventory;
constexpr size_t kLocatorBytes = 4 + 9 + 32 * (kMaxLocator + 1);
constexpr std::array<Limit, 17> kLimits{{
    {"version", 1024},
    {"verack", 0},
    {"ping", 8},
    {"pong", 8},
    {"inv", kInventoryBytes},
    {"getdata", kInventoryBytes},
    {"notfound", kInventoryBytes},
    {"headers", 9 + (kHeaderBytes + 9) * kMaxHeaders},
    {"getheaders", kLocatorBytes},
    {"getblocks", kLocatorBytes},
    {"tx", kMaxRelayWeight},
    {"block", kMaxBlockWeight},
    {"cmpctblock", kMaxBlockWeight},
    {"blocktxn", kMaxBlockWeight},
    {"getblocktxn", 32 + 9 + 3 * kMaxBlockTransactions},
    {"sendcmpct", 9},
    {"feefilter", 8},
}};
/// Of what is not in the list, as addr: it is read and dropped.
constexpr size_t kMaxOther = 64 * 1024;

constexpr size_t kAddressBytes = 26;

bool is_command(std::span<const uint8_t> bytes)
{
    const auto end = std::ranges::find(bytes, 0);
    return end != bytes.begin() &&
           std::all_of(bytes.begin(), end, [](uint8_t c) { return c > ' ' && c < 0x7F; }) &&
           std::all_of(end, bytes.end(), [](uint8_t c) { return c == 0; });
}

void write_address(Writer& out, uint64_t services)
{
    out.u64(services);
    out.bytes(std::array<uint8_t, kAddressBytes - 8>{}); // none is told
}

} // namespace

size_t max_payload(std::string_view command)
{
    const auto limit = std::ranges::find(kLimits, command, &Limit::command);
    return limit == kLimits.end() ? kMaxOther : limit->bytes;
}

std::optional<FrameHeader> read_frame_header(std::span<const uint8_t, kFrameHeaderBytes> bytes,
                                             const std::array<uint8_t, 4>& magic)
{
    Reader in(bytes);
    if (!std::ranges::equal(in.bytes(magic.size()), magic))
        return {};
    const auto command = in.bytes(kCommandBytes);
    if (!is_command(command))
        return {};
    FrameHeader header;
    header.command.assign(command.begin(), std::ranges::find(command, 0));
    header.length = in.u32();
    std::ranges::copy(in.bytes(header.checksum.size()), header.checksum.begin());
    if (header.length > max_payload(header.command))
        return {};
    return header;
}

bool checksum_holds(const FrameHeader& header, std::span<const uint8_t> payload)
{
    const Hash256 hash = double_sha256(payload);
    return std::equal(header.checksum.begin(), header.checksum.end(), hash.begin());
}

Bytes frame(const std::array<uint8_t, 4>& magic,
            std::string_view command,
            std::span<const uint8_t> payload)
{
    assert(command.size() <= kCommandBytes);
    const Hash256 hash = double_sha256(payload);
    Bytes bytes;
    bytes.reserve(kFrameHeaderBytes + payload.size());
    Writer out(bytes);
    out.bytes(magic).text(command).number(0, unsigned(kCommandBytes - command.size()));
    out.u32(uint32_t(payload.size())).bytes(std::span(hash).first(4)).bytes(payload);
    return bytes;
}

Bytes encode(const Version& version)
{
    Bytes bytes;
    Writer out(bytes);
    out.u32(version.version).u64(version.services).u64(uint64_t(version.time));
    write_address(out, 0);
    write_address(out, version.services);
    out.u64(version.nonce);
    out.compact_size(version.user_agent.size()).text(version.user_agent);
    out.u32(version.height).u8(version.relay);
    return bytes;
}

Bytes encode(std::span<const Inventory> items)
{
    Bytes bytes;
    Writer out(bytes);
    out.compact_size(items.size());
    for (const auto& item : items)
        out.u32(uint32_t(item.type)).bytes(item.hash);
    return bytes;
}

Bytes encode(std::span<const BlockHeader> headers)
{
    Bytes bytes;
    Writer out(bytes);
    out.compact_size(headers.size());
    for (const auto& header : headers) {
        write(header, out);
        out.u8(0); // transactions: none follow
    }
    return bytes;
}

Bytes encode(const Locator& locator)
{
    Bytes bytes;
    Writer out(bytes);
    out.u32(kProtocolVersion).compact_size(locator.hashes.size());
    for (const auto& hash : locator.hashes)
        out.bytes(hash);
    out.bytes(locator.stop);
    return bytes;
}

Bytes encode(const SendCompact& send)
{
    Bytes bytes;
    Writer(bytes).u8(send.announce).u64(send.version);
    return bytes;
}

Bytes encode_number(uint64_t number)
{
    Bytes bytes;
    Writer(bytes).u64(number);
    return bytes;
}

std::optional<Version> decode_version(std::span<const uint8_t> bytes)
{
    Reader in(bytes);
    Version version;
    version.version = in.u32();
    version.services = in.u64();
    version.time = int64_t(in.u64());
    in.bytes(2 * kAddressBytes);
    version.nonce = in.u64();
    const auto agent = in.bytes(in.compact_size());
    version.user_agent.assign(agent.begin(), agent.end());
    version.height = in.u32();
    if (in.left() > 0)
        version.relay = in.u8() != 0;
    // What follows is of later versions.
    if (!in.ok() || agent.size() > kMaxAgent)
        return {};
    return version;
}

std::optional<std::vector<Inventory>> decode_inventory(std::span<const uint8_t> bytes)
{
    Reader in(bytes);
    const size_t count = in.count(36);
    if (count > kMaxInventory)
        return {};
    std::vector<Inventory> items(count);
    for (auto& item : items) {
        item.type = InventoryType(in.u32());
        item.hash = in.hash();
    }
    return if_whole(in, std::move(items));
}

std::optional<std::vector<BlockHeader>> decode_headers(std::span<const uint8_t> bytes)
{
    Reader in(bytes);
    const size_t count = in.count(kHeaderBytes + 1);
    if (count > kMaxHeaders)
        return {};
    std::vector<BlockHeader> headers(count);
    for (auto& header : headers) {
        header = read_header(in);
        in.compact_size();
    }
    return if_whole(in, std::move(headers));
}

std::optional<Locator> decode_locator(std::span<const uint8_t> bytes)
{
    Reader in(bytes);
    in.u32();
    const size_t count = in.count(32);
    if (count > kMaxLocator)
        return {};
    Locator locator;
    locator.hashes.resize(count);
    for (auto& hash : locator.hashes)
        hash = in.hash();
    locator.stop = in.hash();
    return if_whole(in, std::move(locator));
}

std::optional<SendCompact> decode_send_compact(std::span<const uint8_t> bytes)
{
    Reader in(bytes);
    SendCompact send;
    send.announce = in.u8() != 0;
    send.version = in.u64();
    return if_whole(in, send);
}

std::optional<uint64_t> decode_number(std::span<const uint8_t> bytes)
{
    Reader in(bytes);
    const uint64_t number = in.u64();
    return if_whole(in, number);
}

} // namespace depinsat::bridge::bitcoin
