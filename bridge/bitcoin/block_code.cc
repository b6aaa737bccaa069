#include "bridge/bitcoin/block_code.h"

#include "bridge/bitcoin/order_code.h"

#include <unordered_map>

namespace depinsat::bridge::bitcoin {
namespace {

enum Form : uint8_t { kAlone, kWithMemory };

/// Candidates in one of the orders.
std::vector<TransactionPtr> listed(const MemoryView& view, CandidateOrder order)
{
    std::vector<TransactionPtr> list = view.candidates;
    const auto middle = list.begin() + std::ptrdiff_t(view.unconfirmed);
    const auto arrange = [order](auto begin, auto end) {
        if (order == CandidateOrder::kArrivalReversed)
            std::reverse(begin, end);
        else if (order == CandidateOrder::kTxid)
            std::stable_sort(begin, end,
                             [](const auto& a, const auto& b) { return a->txid < b->txid; });
    };
    arrange(list.begin(), middle);
    arrange(middle, list.end());
    return list;
}

std::vector<Place> places_of(const Block& block, std::span<const TransactionPtr> list)
{
    std::unordered_map<Hash256, uint32_t, HashOfHash> where;
    for (uint32_t i = 0; i < list.size(); ++i)
        where.try_emplace(list[i]->wtxid, i);
    std::vector<Place> places;
    for (const auto& transaction : std::span(block.transactions).subspan(1)) {
        auto found = where.extract(transaction->wtxid); // each once
        places.push_back(found ? Place(found.mapped()) : Place());
    }
    return places;
}

void write_whole(const Block& block, std::span<const Place> places, Writer& out)
{
    out.bytes(block.transactions.front()->bytes);
    for (size_t i = 0; i < places.size(); ++i)
        if (!places[i])
            out.bytes(block.transactions[i + 1]->bytes);
}

void write_head(const Block& block, Writer& out)
{
    write(block.header, out);
    out.compact_size(block.transactions.size());
}

/// What stands in front of the whole transactions.
struct Front {
    size_t count = 0;
    std::vector<TransactionPtr> list;
    std::vector<Place> places; ///< one fewer than count
};

CodeFault read_places(Reader& in, const MemoryView& view, Front& front)
{
    const uint8_t order = in.u8();
    const auto code = in.bytes(in.compact_size());
    if (!in.ok() || order >= kCandidateOrders)
        return CodeFault::kMalformed;
    front.list = listed(view, CandidateOrder(order));
    auto places = decode_places(code, front.count - 1, uint32_t(front.list.size()));
    if (!places)
        return CodeFault::kMalformed;
    front.places = std::move(*places);
    return CodeFault::kNone;
}

/// @return nothing if they are not all there, or something follows.
BlockPtr assemble(Reader& in, const BlockHeader& header, const Front& front)
{
    const auto block = std::make_shared<Block>();
    block->header = header;
    for (size_t i = 0; i < front.count; ++i) {
        const Place place = i == 0 ? Place() : front.places[i - 1];
        block->transactions.push_back(place ? front.list[*place] : read_transaction(in));
        if (!block->transactions.back())
            return {};
    }
    return in.at_end() ? block : nullptr;
}

} // namespace

Bytes encode_alone(const Block& block)
{
    Bytes bytes;
    Writer out(bytes);
    out.u8(kAlone);
    write_head(block, out);
    write_whole(block, std::vector<Place>(block.transactions.size() - 1), out);
    return bytes;
}

Bytes encode_for(const MemoryView& view, uint32_t epoch, const Block& block)
{
    std::optional<Bytes> best;
    uint8_t best_order = 0;
    std::vector<Place> places;
    for (uint8_t order = 0; order < kCandidateOrders; ++order) {
        const auto list = listed(view, CandidateOrder(order));
        auto in_order = places_of(block, list);
        Bytes code = encode_places(in_order, uint32_t(list.size()));
        if (best && best->size() <= code.size())
            continue;
        best = std::move(code);
        best_order = order;
        places = std::move(in_order);
    }
    Bytes bytes;
    Writer out(bytes);
    out.u8(kWithMemory).u32(epoch);
    write(view, out);
    write_head(block, out);
    out.u8(best_order).compact_size(best->size()).bytes(*best);
    write_whole(block, places, out);
    return bytes;
}

DecodedBlock
decode_coded(std::span<const uint8_t> bytes, const LinkMemory& memory, uint32_t epoch)
{
    Reader in(bytes);
    const uint8_t form = in.u8();
    DecodedBlock decoded;
    if (form > kWithMemory)
        return decoded;
    const bool same_epoch = form == kAlone || in.u32() == epoch;
    if (form == kWithMemory)
        decoded.view = read_view(in);
    decoded.header = read_header(in);
    Front front;
    front.count = size_t(in.compact_size());
    if (!in.ok() || front.count == 0 || front.count > kMaxBlockTransactions)
        return decoded;
    if (form == kAlone) {
        front.places.resize(front.count - 1);
    } else if (!same_epoch || !memory.find(*decoded.view)) {
        decoded.fault = CodeFault::kMemoryDiffers;
        return decoded;
    } else if (read_places(in, *decoded.view, front) != CodeFault::kNone) {
        return decoded;
    }
    decoded.block = assemble(in, decoded.header, front);
    if (!decoded.block)
        return decoded;
    decoded.fault = CodeFault::kNone;
    if (check_body(*decoded.block) != BlockFault::kNone) {
        decoded.fault = CodeFault::kBody;
        decoded.block = {};
    }
    return decoded;
}

} // namespace depinsat::bridge::bitcoin
