#include "bridge/bitcoin/block_code.h"

#include "bridge/bitcoin/order_code.h"

#include <numeric>
#include <unordered_map>

namespace depinsat::bridge::bitcoin {
namespace {

enum Form : uint8_t { kAlone, kWithMemory };

using Indices = std::vector<uint32_t>; ///< of candidates

/// The candidates in one of the orders.
Indices listed(const MemoryView& view, CandidateOrder order)
{
    Indices list(view.candidates.size());
    std::iota(list.begin(), list.end(), 0u);
    const auto arrange = [&](auto begin, auto end) {
        if (order == CandidateOrder::kArrivalReversed)
            std::reverse(begin, end);
        else if (order == CandidateOrder::kTxid)
            std::stable_sort(begin, end, [&](uint32_t a, uint32_t b) {
                return view.candidates[a]->txid < view.candidates[b]->txid;
            });
    };
    const auto middle = list.begin() + std::ptrdiff_t(view.unconfirmed);
    arrange(list.begin(), middle);
    arrange(middle, list.end());
    return list;
}

/// Which candidate each transaction behind the coinbase is; each candidate once.
std::vector<Place> candidates_of(const Block& block, const MemoryView& view)
{
    std::unordered_map<Hash256, uint32_t, HashOfHash> wanted;
    for (uint32_t i = 1; i < block.transactions.size(); ++i)
        wanted.try_emplace(block.transactions[i]->wtxid, i - 1);
    std::vector<Place> places(block.transactions.size() - 1);
    for (uint32_t i = 0; i < view.candidates.size(); ++i)
        if (const auto found = wanted.extract(view.candidates[i]->wtxid))
            places[found.mapped()] = i;
    return places;
}

/// Where these candidates stand in the list.
std::vector<Place> places_in(const Indices& list, std::vector<Place> candidates)
{
    Indices where(list.size());
    for (uint32_t i = 0; i < list.size(); ++i)
        where[list[i]] = i;
    for (Place& place : candidates)
        if (place)
            place = where[*place];
    return candidates;
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
    std::vector<Place> candidates; ///< one fewer than count
};

/// @return false if there are none.
bool read_candidates(Reader& in, const MemoryView& view, Front& front)
{
    const uint8_t order = in.u8();
    const auto code = in.bytes(in.compact_size());
    if (!in.ok() || order >= kCandidateOrders)
        return false;
    const Indices list = listed(view, CandidateOrder(order));
    auto places = decode_places(code, front.count - 1, uint32_t(list.size()));
    if (!places)
        return false;
    for (Place& place : *places)
        if (place)
            place = list[*place];
    front.candidates = std::move(*places);
    return true;
}

/// @return nothing if they are not all there, or something follows.
BlockPtr assemble(Reader& in,
                  const BlockHeader& header,
                  const Front& front,
                  std::span<const TransactionPtr> candidates)
{
    const auto block = std::make_shared<Block>();
    block->header = header;
    for (size_t i = 0; i < front.count; ++i) {
        const Place place = i == 0 ? Place() : front.candidates[i - 1];
        block->transactions.push_back(place ? candidates[*place] : read_transaction(in));
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
    const auto candidates = candidates_of(block, view);
    std::optional<Bytes> best;
    uint8_t best_order = 0;
    for (uint8_t order = 0; order < kCandidateOrders; ++order) {
        const auto list = listed(view, CandidateOrder(order));
        Bytes code = encode_places(places_in(list, candidates), uint32_t(list.size()));
        if (best && best->size() <= code.size())
            continue;
        best = std::move(code);
        best_order = order;
    }
    Bytes bytes;
    Writer out(bytes);
    out.u8(kWithMemory).u32(epoch);
    write(view, out);
    write_head(block, out);
    out.u8(best_order).compact_size(best->size()).bytes(*best);
    write_whole(block, candidates, out);
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
    decoded.other_epoch = form == kWithMemory && in.u32() != epoch;
    if (form == kWithMemory)
        decoded.view = read_view(in);
    decoded.header = read_header(in);
    Front front;
    front.count = size_t(in.compact_size());
    if (!in.ok() || front.count == 0 || front.count > kMaxBlockTransactions)
        return decoded;
    if (form == kAlone) {
        front.candidates.resize(front.count - 1);
    } else if (decoded.other_epoch || !memory.find(*decoded.view)) {
        decoded.fault = CodeFault::kMemoryDiffers;
        return decoded;
    } else if (!read_candidates(in, *decoded.view, front)) {
        return decoded;
    }
    std::span<const TransactionPtr> candidates;
    if (decoded.view)
        candidates = decoded.view->candidates;
    decoded.block = assemble(in, decoded.header, front, candidates);
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
