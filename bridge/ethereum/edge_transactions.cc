// What an edge does for the transactions that it has taken.
#include "bridge/ethereum/calls.h"
#include "bridge/ethereum/edge.h"
#include "bridge/ethereum/json_rpc.h"
#include "bridge/ethereum/packed_json.h"

namespace depinsat::bridge::ethereum {
namespace {

using namespace std::chrono_literals;

constexpr size_t kOrdinaryReceipts = 20, kMostAgain = 20; ///< a second

/// What a node said; nothing if it is the gateway's own word, that it could not ask one.
std::optional<std::string> word_of_node(const std::optional<std::string>& result)
{
    if (!result || !is_result(*result))
        return {};
    const Json json = Json::parse(*result);
    const auto code = Json::json_pointer("/error/code");
    const bool own = json.contains(code) && json[code].is_number_integer() &&
                     json[code] <= int(kLinkDown) && json[code] >= int(kNoAgreement);
    return own ? std::nullopt : result;
}

} // namespace

void Edge::take_ordinary_head(Json head)
{
    const auto known = hash_at(ordinary_head_, "hash");
    if (hash_at(head, "hash") != known && hash_at(head, "parentHash") != known)
        carrier_.doubt();
    ordinary_head_ = std::move(head);
}

void Edge::look()
{
    carrier_.look(is_ordinary() ? ordinary_head_ : Json());
}

/// What went by satellite is in a block, perhaps, that the ordinary connection tells of.
void Edge::look_by_ordinary()
{
    if (!is_ordinary())
        return;
    for (const Hash& hash : carrier_.open(kOrdinaryReceipts))
        ordinary_->request({.body = upstream_request(receipt_poll(hash, {}, {}).call, false),
                            .timeout = 5s,
                            .idempotent = true},
                           [this, hash](const HttpResult& http) {
                               const auto result = http.fault == HttpResult::Fault::kNone
                                                       ? result_of(http.body)
                                                       : std::nullopt;
                               if (result && result->starts_with("{\"result\""))
                                   carrier_.take_ordinary(hash, Json::parse(*result)["result"]);
                           });
}

/// Nodes may have forgotten what stood in a block that is no more, and what they refused.
void Edge::send_again()
{
    for (const auto& [hash, bridge, call] : carrier_.to_be_repeated(kMostAgain)) {
        if (is_ordinary()) {
            ordinary_->request({.body = upstream_request(call, false),
                                .timeout = bridge->timeout,
                                .idempotent = true},
                               [this, hash = hash](const HttpResult& http) {
                                   carrier_.end_again(hash,
                                                      http.fault == HttpResult::Fault::kNone
                                                          ? result_of(http.body)
                                                          : std::nullopt);
                               });
            continue;
        }
        const Bytes packed = pack_json(call);
        calls_.call(
            gateways_.preferred(*bridge), link::Class::kTransaction,
            {packed.begin(), packed.end()}, bridge->timeout,
            [this, hash = hash](std::optional<CallFault> fault, const std::string& body) {
                const auto result =
                    fault ? std::nullopt
                          : unpack_json(
                                {reinterpret_cast<const uint8_t*>(body.data()), body.size()});
                carrier_.end_again(hash, word_of_node(result));
            });
    }
}

} // namespace depinsat::bridge::ethereum
