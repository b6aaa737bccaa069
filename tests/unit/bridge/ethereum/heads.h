#pragma once

#include "bridge/ethereum/news.h"
#include "bridge/ethereum/proof.h"

#include <boost/test/unit_test.hpp>

#include <fstream>

/// Blocks and a receipt of anvil, and news of them as a gateway makes them.
namespace depinsat::test {

using namespace bridge::ethereum;

inline Json block_vectors()
{
    std::ifstream in(DEPINSAT_VECTORS "/ethereum/block.json");
    return Json::parse(in);
}

/// Two blocks that follow one another.
inline Json block(size_t index)
{
    return block_vectors()[index == 0 ? "parent" : "block"];
}

inline void set_right_hash(Json& block)
{
    block["hash"] = to_hex(keccak256(*header_rlp(block)));
}

/// A block that follows.
inline Json next(const Json& before)
{
    Json after = before;
    after["number"] = to_quantity(*quantity_at(before, "number") + 1);
    after["parentHash"] = before["hash"];
    set_right_hash(after);
    return after;
}

/// Another one in the place of block(1).
inline Json reorganised()
{
    Json other = block(1);
    other["parentHash"] = "0x" + std::string(64, '1');
    set_right_hash(other);
    return other;
}

inline std::vector<Bytes> raw_transactions()
{
    std::vector<Bytes> raws;
    const Json vectors = block_vectors();
    for (const auto& raw : vectors["transactions"])
        raws.push_back(*from_hex(raw.get<std::string>()));
    return raws;
}

/// A receipt of block(1), as a gateway tells it.
struct ProvenReceipt {
    explicit ProvenReceipt(size_t index)
        : raw(raw_transactions()[index]), receipt(block_vectors()["receipts"][index])
    {
        const auto proof = make_receipt_proof(block(1), block_vectors()["receipts"],
                                              raw_transactions(), index);
        BOOST_REQUIRE(proof.has_value());
        result = Json{{"result", receipt}, {"proof", *proof}}.dump();
        hash = *hash_at(receipt, "transactionHash");
        poll = receipt_poll(hash, raw, *from_hex(receipt["from"].get<std::string>()));
        known = {poll.call, without_proof(result), poll.context};
    }

    Bytes raw;
    Json receipt;
    Hash hash{};
    std::string result;
    Poll poll, known; ///< before it was told, and after
};

inline Bytes news(const Json& before,
                  const Json& head,
                  std::vector<Poll> polls = {},
                  std::vector<std::optional<std::string>> results = {})
{
    NewsContext context{before, {}};
    for (const auto& poll : polls)
        context.polls.push_back(&poll);
    return encode_news(context, {head, std::move(results)});
}

} // namespace depinsat::test
