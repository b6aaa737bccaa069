#include "bridge/ethereum/proof.h"

#include "bridge/ethereum/transaction.h"
#include "bridge/ethereum/trie.h"

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

constexpr size_t kMaxNodes = 64;

Json texts_of(const TrieProof& proof)
{
    Json all = Json::array();
    for (const auto& node : proof)
        all.push_back(to_hex(node));
    return all;
}

std::optional<TrieProof> nodes_at(const Json& proof, const char* key)
{
    if (!proof.is_object() || !proof.contains(key) || !proof[key].is_array() ||
        proof[key].size() > kMaxNodes)
        return {};
    TrieProof nodes;
    for (const auto& text : proof[key]) {
        auto node =
            text.is_string() ? from_hex(text.get_ref<const std::string&>()) : std::nullopt;
        if (!node)
            return {};
        nodes.push_back(std::move(*node));
    }
    return nodes;
}

bool is_at(const Json& object, const char* key, std::span<const uint8_t> bytes)
{
    if (!object.contains(key) || !object[key].is_string())
        return false;
    const auto said = from_hex(object[key].get_ref<const std::string&>());
    return said && std::ranges::equal(*said, bytes);
}

bool is_proven(const Json& block,
               const char* root_key,
               size_t index,
               const std::optional<TrieProof>& nodes,
               std::span<const uint8_t> value)
{
    const auto root = hash_at(block, root_key);
    const auto proven = root && nodes ? check_proof(*root, index, *nodes) : std::nullopt;
    return proven && std::ranges::equal(*proven, value);
}

/// What no root commits to, as far as it follows from the transaction, the header and what is
/// proven: the price, and the gas used of a block's first transaction.
bool follows(const Json& block, const Json& receipt, size_t index, std::span<const uint8_t> raw)
{
    const auto decoded = decode_transaction(raw);
    const auto* transaction = std::get_if<Transaction>(&decoded);
    if (!transaction)
        return false;
    const uint64_t base = quantity_at(block, "baseFeePerGas").value_or(0);
    const uint64_t tip = std::min(transaction->max_priority_fee_per_gas, UINT64_MAX - base);
    const uint64_t price = std::min(transaction->max_fee_per_gas, base + tip);
    const auto used = quantity_at(receipt, "gasUsed");
    return quantity_at(receipt, "effectiveGasPrice").value_or(price) == price &&
           (index != 0 || !used || used == quantity_at(receipt, "cumulativeGasUsed"));
}

/// What the proof at `key` proves, as its last node has it at the end.
std::optional<Bytes>
proven_value(const std::string& key, const Json& receipt, std::span<const uint8_t> raw)
{
    return key == "receipt" ? receipt_rlp(receipt) : Bytes(raw.begin(), raw.end());
}

} // namespace

Json cut_proof(const Json& proof, const Json& receipt, std::span<const uint8_t> raw)
{
    Json cut = proof;
    for (auto& [key, list] : cut.items()) {
        const auto value = proven_value(key, receipt, raw);
        const auto nodes = nodes_at(proof, key.c_str());
        if (!value || !nodes || nodes->empty() || nodes->back().size() < value->size() ||
            !std::equal(value->rbegin(), value->rend(), nodes->back().rbegin()))
            return proof;
        list.back() =
            to_hex(std::span(nodes->back()).first(nodes->back().size() - value->size()));
    }
    cut["cut"] = true;
    return cut;
}

Json whole_proof(const Json& cut, const Json& receipt, std::span<const uint8_t> raw)
{
    Json proof = cut;
    if (!cut.is_object() || proof.erase("cut") == 0)
        return proof;
    for (auto& [key, list] : proof.items()) {
        const auto value = proven_value(key, receipt, raw);
        const auto nodes = nodes_at(proof, key.c_str());
        if (!value || !nodes || nodes->empty())
            return nullptr;
        Bytes last = nodes->back();
        last.insert(last.end(), value->begin(), value->end());
        list.back() = to_hex(last);
    }
    return proof;
}

Json roots_of(const Json& proof)
{
    const auto receipt = nodes_at(proof, "receipt"),
               transaction = nodes_at(proof, "transaction");
    if (!receipt || receipt->empty() || !transaction || transaction->empty())
        return nullptr;
    return {{"transactionsRoot", to_hex(keccak256(transaction->front()))},
            {"receiptsRoot", to_hex(keccak256(receipt->front()))}};
}

std::optional<Json> make_receipt_proof(const Json& block,
                                       const Json& receipts,
                                       std::span<const Bytes> transactions,
                                       size_t index)
{
    if (!receipts.is_array() || receipts.size() != transactions.size() ||
        index >= receipts.size())
        return {};
    std::vector<Bytes> encoded;
    for (const auto& receipt : receipts) {
        auto one = receipt_rlp(receipt);
        if (!one)
            return {};
        encoded.push_back(std::move(*one));
    }
    const ProvenRoot receipt = build_trie(encoded, index);
    const ProvenRoot transaction = build_trie(transactions, index);
    if (hash_at(block, "receiptsRoot") != receipt.root ||
        hash_at(block, "transactionsRoot") != transaction.root)
        return {};
    return Json{{"receipt", texts_of(receipt.proof)},
                {"transaction", texts_of(transaction.proof)}};
}

bool check_receipt(const Json& block,
                   const Json& receipt,
                   std::span<const uint8_t> raw,
                   std::span<const uint8_t> sender,
                   const Json& proof)
{
    const auto index = quantity_at(receipt, "transactionIndex");
    const auto encoded = receipt_rlp(receipt);
    return index && encoded && hash_at(receipt, "blockHash") == hash_at(block, "hash") &&
           quantity_at(receipt, "blockNumber") == quantity_at(block, "number") &&
           hash_at(receipt, "transactionHash") == keccak256(raw) &&
           is_at(receipt, "from", sender) && follows(block, receipt, *index, raw) &&
           is_proven(block, "receiptsRoot", *index, nodes_at(proof, "receipt"), *encoded) &&
           is_proven(block, "transactionsRoot", *index, nodes_at(proof, "transaction"), raw);
}

} // namespace depinsat::bridge::ethereum
