#include "bridge/ethereum/prover.h"

#include "bridge/ethereum/proof.h"

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

using namespace std::chrono_literals;

Json request(size_t id, const char* method, Json params)
{
    return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}};
}

/// The results of a batch, by id.
std::vector<Json> results_of(const HttpResult& http, size_t count)
{
    std::vector<Json> results(count);
    const Json list = http.fault == HttpResult::Fault::kNone
                          ? Json::parse(http.body, nullptr, false)
                          : Json();
    for (size_t i = 0; list.is_array() && i < list.size(); ++i) {
        const Json& one = list[i];
        if (one.is_object() && one.contains("id") && one["id"].is_number_unsigned() &&
            one["id"].get<size_t>() < count && one.contains("result"))
            results[one["id"].get<size_t>()] = one["result"];
    }
    return results;
}

} // namespace

struct Prover::Block {
    std::string hash;
    Json block, receipts;
    std::vector<Bytes> transactions;
    bool ended = false;                         ///< fetched, or it cannot be
    std::vector<std::function<void()>> waiting; ///< for that

    void end()
    {
        ended = true;
        for (const auto& next : std::exchange(waiting, {}))
            next();
    }
};

HttpCall Prover::call_of(std::string body) const
{
    HttpCall call{.url = node_.url};
    call.body = std::move(body);
    call.timeout = std::min<std::chrono::milliseconds>(node_.timeout, 3s);
    call.max_answer_bytes = 32u << 20;
    call.ca_file = node_.ca_file;
    call.idempotent = true;
    return call;
}

std::shared_ptr<Prover::Block> Prover::block_of(const std::string& hash)
{
    const auto found =
        std::ranges::find_if(blocks_, [&](const auto& one) { return one->hash == hash; });
    if (found != blocks_.end())
        return *found;
    if (blocks_.size() >= kMaxBlocks)
        blocks_.erase(blocks_.begin());
    const auto block = std::make_shared<Block>();
    block->hash = hash;
    blocks_.push_back(block);
    fetch(block);
    return block;
}

void Prover::prove(const Json& receipt, Done done)
{
    const size_t index = quantity_at(receipt, "transactionIndex").value_or(SIZE_MAX);
    const auto hash = hash_at(receipt, "blockHash");
    const auto block = block_of(hash ? to_hex(*hash) : std::string());
    auto make = [block, index, done = std::move(done)] {
        done(make_receipt_proof(block->block, block->receipts, block->transactions, index));
    };
    if (block->ended)
        return make();
    block->waiting.push_back(std::move(make));
}

void Prover::fetch(const std::shared_ptr<Block>& block)
{
    const Json batch{request(0, "eth_getBlockByHash", {block->hash, false}),
                     request(1, "eth_getBlockReceipts", {block->hash})};
    http_.request(call_of(batch.dump()), [this, block](const HttpResult& http) {
        auto results = results_of(http, 2);
        block->block = std::move(results[0]);
        block->receipts = std::move(results[1]);
        if (!block->receipts.is_array() || block->receipts.empty()) {
            std::erase(blocks_, block); // it may be there later
            return block->end();
        }
        fetch_transactions(block);
    });
}

void Prover::fetch_transactions(const std::shared_ptr<Block>& block)
{
    Json batch = Json::array();
    for (size_t i = 0; i < block->receipts.size(); ++i)
        batch.push_back(request(i, "eth_getRawTransactionByBlockHashAndIndex",
                                {block->hash, to_quantity(i)}));
    http_.request(call_of(batch.dump()), [block](const HttpResult& http) {
        for (const Json& raw : results_of(http, block->receipts.size())) {
            auto bytes = raw.is_string() ? from_hex(raw.get<std::string>()) : std::nullopt;
            if (!bytes)
                break; // there is no proof then
            block->transactions.push_back(std::move(*bytes));
        }
        block->end();
    });
}

} // namespace depinsat::bridge::ethereum
