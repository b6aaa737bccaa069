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

struct Prover::Job {
    Json block, receipts;
    size_t index = 0;
    Done done;
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

void Prover::prove(const Json& receipt, Done done)
{
    const auto job = std::make_shared<Job>();
    job->index = quantity_at(receipt, "transactionIndex").value_or(SIZE_MAX);
    job->done = std::move(done);
    const Json hash = receipt.value("blockHash", Json());
    const Json batch{request(0, "eth_getBlockByHash", {hash, false}),
                     request(1, "eth_getBlockReceipts", {hash})};
    http_.request(call_of(batch.dump()), [this, job](const HttpResult& http) {
        auto results = results_of(http, 2);
        job->block = std::move(results[0]);
        job->receipts = std::move(results[1]);
        if (!job->receipts.is_array() || job->index >= job->receipts.size())
            return job->done({});
        fetch_transactions(job);
    });
}

void Prover::fetch_transactions(const std::shared_ptr<Job>& job)
{
    Json batch = Json::array();
    for (size_t i = 0; i < job->receipts.size(); ++i)
        batch.push_back(request(i, "eth_getRawTransactionByBlockHashAndIndex",
                                {job->block["hash"], to_quantity(i)}));
    http_.request(call_of(batch.dump()), [job](const HttpResult& http) {
        std::vector<Bytes> transactions;
        for (const Json& raw : results_of(http, job->receipts.size())) {
            auto bytes = raw.is_string() ? from_hex(raw.get<std::string>()) : std::nullopt;
            if (!bytes)
                return job->done({});
            transactions.push_back(std::move(*bytes));
        }
        job->done(make_receipt_proof(job->block, job->receipts, transactions, job->index));
    });
}

} // namespace depinsat::bridge::ethereum
