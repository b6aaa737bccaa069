// Transactions, RLP, proofs, packed texts and news: each is any bytes of a client or of the far
// end.
#include "bridge/ethereum/packed_json.h"
#include "bridge/ethereum/rlp.h"
#include "bridge/ethereum/transaction.h"
#include "bridge/ethereum/trie.h"
#include "bridge/ethereum/view.h"

#include <cstdlib>

using namespace depinsat::bridge::ethereum;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// An item that is taken has one encoding: its own bytes.
void fuzz_rlp(std::span<const uint8_t> bytes)
{
    auto rest = bytes;
    const auto item = take_rlp(rest);
    if (!item)
        return;
    require(item->whole.size() + rest.size() == bytes.size());
    Bytes again;
    if (item->is_list)
        again = rlp_list(item->payload);
    else
        put_rlp(again, item->payload);
    require(std::ranges::equal(again, item->whole));
    if (const auto items = rlp_items(*item, 1000)) {
        size_t size = 0;
        for (const auto& one : *items)
            size += one.whole.size();
        require(size == item->payload.size());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size > 65536)
        return 0;
    const std::span bytes(data, size);
    fuzz_rlp(bytes);
    const auto decoded = decode_transaction(bytes);
    if (const auto* transaction = std::get_if<Transaction>(&decoded))
        require(transaction->hash == keccak256(bytes));
    const Bytes node(bytes.begin(), bytes.end());
    check_proof(keccak256(node), 0, {node});
    if (const auto text = unpack_json(bytes))
        require(unpack_json(pack_json(*text)) == text);
    View view;
    view.take_news(bytes, std::chrono::seconds(1));
    return 0;
}
