#include "bridge/bitcoin/station_wire.h"

namespace depinsat::bridge::bitcoin {
namespace {

constexpr uint8_t kBlocks = 1, kTransactions = 2; ///< of a subscription
constexpr size_t kShortHeader = kHeaderBytes - 32;

} // namespace

Bytes encode(const Subscription& s)
{
    Bytes bytes;
    Writer out(bytes);
    out.u8(s.network).u32(s.epoch);
    out.u8(uint8_t(s.blocks * kBlocks | s.transactions * kTransactions));
    out.compact_size(s.fee_filter).compact_size(s.relay_bits_per_second);
    out.compact_size(s.locator.size());
    for (const auto& hash : s.locator)
        out.bytes(hash);
    return bytes;
}

std::optional<Subscription> decode_subscription(std::span<const uint8_t> bytes)
{
    Reader in(bytes);
    Subscription s;
    s.network = in.u8();
    s.epoch = in.u32();
    const uint8_t flags = in.u8();
    s.blocks = flags & kBlocks;
    s.transactions = flags & kTransactions;
    s.fee_filter = in.compact_size();
    const uint64_t rate = in.compact_size();
    const size_t count = in.count(32);
    if (flags > (kBlocks | kTransactions) || rate > 0xFFFFFFFF || count > kMaxStationLocator)
        return {};
    s.relay_bits_per_second = uint32_t(rate);
    s.locator.resize(count);
    for (auto& hash : s.locator)
        hash = in.hash();
    return if_whole(in, std::move(s));
}

Bytes encode_run(std::span<const BlockHeader> headers)
{
    Bytes bytes;
    Writer out(bytes);
    if (!headers.empty())
        out.bytes(headers.front().previous);
    for (const auto& header : headers) {
        out.u32(header.version).bytes(header.merkle_root);
        out.u32(header.time).u32(header.bits).u32(header.nonce);
    }
    return bytes;
}

std::optional<std::vector<BlockHeader>> decode_run(std::span<const uint8_t> bytes)
{
    Reader in(bytes);
    Hash256 previous = in.hash();
    const size_t count = in.left() / kShortHeader;
    if (!in.ok() || count > kMaxStationHeaders)
        return {};
    std::vector<BlockHeader> headers(count);
    for (auto& header : headers) {
        header.version = in.u32();
        header.previous = previous;
        header.merkle_root = in.hash();
        header.time = in.u32();
        header.bits = in.u32();
        header.nonce = in.u32();
        previous = hash_of(header);
    }
    return if_whole(in, std::move(headers));
}

Bytes encode(const Carried& carried)
{
    Bytes bytes;
    Writer out(bytes);
    out.u8(carried.epoch).u16(carried.first);
    for (const auto& transaction : carried.transactions)
        out.bytes(transaction->bytes);
    return bytes;
}

std::optional<Carried> decode_carried(std::span<const uint8_t> bytes)
{
    Reader in(bytes);
    Carried carried;
    carried.epoch = in.u8();
    carried.first = in.u16();
    while (in.left() > 0) {
        auto transaction = read_transaction(in);
        if (!transaction)
            return {};
        carried.transactions.push_back(std::move(transaction));
    }
    return if_whole(in, std::move(carried));
}

Bytes encode(const BlockRequest& request)
{
    Bytes bytes;
    Writer(bytes).bytes(request.hash).u8(uint8_t(request.form));
    return bytes;
}

std::optional<BlockRequest> decode_block_request(std::span<const uint8_t> bytes)
{
    Reader in(bytes);
    BlockRequest request;
    request.hash = in.hash();
    const uint8_t form = in.u8();
    if (form > uint8_t(BlockForm::kAlone))
        return {};
    request.form = BlockForm(form);
    return if_whole(in, request);
}

std::vector<Bytes> split(std::span<const uint8_t> body, uint32_t transfer)
{
    const size_t count = std::max<size_t>(1, (body.size() + kPartBytes - 1) / kPartBytes);
    std::vector<Bytes> parts(count);
    for (size_t i = 0; i < count; ++i) {
        Writer out(parts[i]);
        out.u8(uint8_t(count));
        if (count > 1)
            out.u8(uint8_t(i)).u32(transfer);
        const size_t begin = i * kPartBytes;
        out.bytes(body.subspan(begin, std::min(kPartBytes, body.size() - begin)));
    }
    return parts;
}

std::optional<Bytes> Joiner::take(std::span<const uint8_t> part)
{
    Reader in(part);
    const uint8_t count = in.u8();
    if (count == 1)
        return Bytes(part.begin() + 1, part.end());
    const uint8_t index = in.u8();
    const uint32_t id = in.u32();
    if (!in.ok() || count == 0 || count > kMaxParts || index >= count || in.left() > kPartBytes)
        return {};
    if (!transfers_.contains(id) && transfers_.size() >= kTransfers)
        transfers_.erase(std::ranges::min_element(
            transfers_, {}, [](const auto& one) { return one.second.begun; }));
    Transfer& transfer = transfers_[id];
    if (transfer.parts.empty())
        transfer.begun = ++count_;
    const auto rest = in.bytes(in.left());
    transfer.parts[index].assign(rest.begin(), rest.end());
    if (transfer.parts.size() < count)
        return {};
    Bytes body;
    for (const auto& [place, bytes] : transfer.parts)
        body.insert(body.end(), bytes.begin(), bytes.end());
    transfers_.erase(id);
    return body;
}

} // namespace depinsat::bridge::bitcoin
