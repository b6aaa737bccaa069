#include "bridge/ethereum/subscriptions.h"

#include "bridge/ethereum/hex.h"
#include "bridge/ethereum/keccak.h"

#include <sodium.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

constexpr size_t kBloomBytes = 256;
constexpr size_t kMaxBlocks = 16; ///< whose logs are kept, should they be removed

/// What blocks have beside their header.
constexpr const char* kNotOfHeader[] = {"transactions", "uncles", "withdrawals", "size",
                                        "totalDifficulty"};

std::string result_text(const Json& value)
{
    return Json{{"result", value}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool bloom_holds(const Bytes& bloom, std::span<const uint8_t> value)
{
    const Hash hash = keccak256(value);
    for (size_t i = 0; i < 6; i += 2) {
        const size_t bit = (size_t(hash[i]) << 8 | hash[i + 1]) % (8 * kBloomBytes);
        if (!(bloom[kBloomBytes - 1 - bit / 8] >> (bit % 8) & 1))
            return false;
    }
    return true;
}

/// One value, or any of a list; null and an empty list are everything.
bool holds_any(const Bytes& bloom, const Json& wanted)
{
    if (wanted.is_array())
        return wanted.empty() || std::ranges::any_of(wanted, [&](const Json& one) {
                   return holds_any(bloom, one);
               });
    const auto bytes =
        wanted.is_string() ? from_hex(wanted.get_ref<const std::string&>()) : std::nullopt;
    return !bytes || bloom_holds(bloom, *bytes);
}

std::string fresh_id()
{
    std::array<uint8_t, 16> bytes;
    randombytes_buf(bytes.data(), bytes.size());
    return to_hex(bytes);
}

Json params_of(const std::string& call)
{
    const Json json = Json::parse(call, nullptr, false);
    const Json params = json.is_object() ? json.value("params", Json()) : Json();
    return params.is_array() ? params : Json::array();
}

bool is_filter(const Json& filter)
{
    return filter.is_object() && std::ranges::all_of(filter.items(), [](const auto& one) {
               return one.key() == "address" || one.key() == "topics";
           });
}

} // namespace

bool may_hold(const Json& bloom, const Json& filter)
{
    const auto bytes =
        bloom.is_string() ? from_hex(bloom.get_ref<const std::string&>()) : std::nullopt;
    if (!bytes || bytes->size() != kBloomBytes)
        return true;
    const Json topics = filter.value("topics", Json::array());
    return holds_any(*bytes, filter.value("address", Json())) &&
           (!topics.is_array() || std::ranges::all_of(topics, [&](const Json& one) {
               return holds_any(*bytes, one);
           }));
}

std::string Subscriptions::subscribe(const std::shared_ptr<WebSocket>& socket,
                                     const std::string& call)
{
    const Json params = params_of(call);
    const Json kind = params.empty() ? Json() : params[0];
    Subscription subscription;
    if (kind == "logs") {
        const Json filter = params.size() > 1 ? params[1] : Json::object();
        if (!is_filter(filter))
            return error_result(kInvalidParams, "a filter has address and topics");
        subscription.logs = Logs{filter, {}};
    } else if (kind == "newPendingTransactions") {
        return error_result(kInvalidParams,
                            "newPendingTransactions would take more than the link has");
    } else if (kind != "newHeads") {
        return error_result(kInvalidParams,
                            "no such subscription; there are newHeads and logs");
    }
    if (clients_.empty())
        told_ = nullptr; // nobody waits for what came in between
    Client& client = clients_[socket];
    if (client.size() >= kMax)
        return error_result(kLimitExceeded, "a client has at most 64 subscriptions");
    const std::string id = fresh_id();
    client.emplace(id, std::move(subscription));
    return result_text(id);
}

std::string Subscriptions::unsubscribe(const std::shared_ptr<WebSocket>& socket,
                                       const std::string& call)
{
    const Json params = params_of(call);
    const auto client = clients_.find(socket);
    const bool was_there = client != clients_.end() && !params.empty() &&
                           params[0].is_string() &&
                           client->second.erase(params[0].get<std::string>()) > 0;
    if (was_there && client->second.empty())
        clients_.erase(client);
    return result_text(was_there);
}

void Subscriptions::forget(const std::shared_ptr<WebSocket>& socket)
{
    clients_.erase(socket);
}

void Subscriptions::on_head(const Json& head)
{
    if (fetching_) {
        waiting_.push_back(head);
        if (waiting_.size() > kMaxGap)
            waiting_.pop_front();
        return;
    }
    const auto last = quantity_at(told_, "number"), next = quantity_at(head, "number");
    if (last && next && *next > *last + 1 && *next - *last <= kMaxGap)
        return fetch_gap(head);
    tell(head);
}

/// Tells the block after the last one, then goes on.
void Subscriptions::fetch_gap(const Json& head)
{
    fetching_ = true;
    const Json call{{"method", "eth_getBlockByNumber"},
                    {"params", {to_quantity(*quantity_at(told_, "number") + 1), false}}};
    ask_(call.dump(), [this, self = shared_from_this(), head](const std::string& result) {
        const Json json = Json::parse(result, nullptr, false);
        const Json block = json.is_object() ? json.value("result", Json()) : Json();
        fetching_ = false;
        if (!hash_at(block, "hash") ||
            quantity_at(block, "number") >= quantity_at(head, "number"))
            tell(head); // what lies between stays untold
        else {
            tell(block);
            on_head(head);
        }
        while (!fetching_ && !waiting_.empty()) {
            const Json next = std::move(waiting_.front());
            waiting_.pop_front();
            on_head(next);
        }
    });
}

void Subscriptions::tell(const Json& head)
{
    told_ = head;
    Json header = head;
    for (const auto* key : kNotOfHeader)
        header.erase(key);
    for (auto& [socket, client] : clients_)
        for (auto& [id, subscription] : client) {
            if (!subscription.logs) {
                notify(*socket, id, header);
                continue;
            }
            remove_logs(*subscription.logs, id, head);
            Json filter = subscription.logs->filter;
            if (!may_hold(head.value("logsBloom", Json()), filter))
                continue;
            filter["blockHash"] = head.at("hash");
            const Json call{{"method", "eth_getLogs"}, {"params", {filter}}};
            ask_(call.dump(), [self = shared_from_this(), id = id](const std::string& result) {
                self->take_logs(id, result);
            });
        }
}

size_t Subscriptions::kept_bytes() const
{
    size_t bytes = 0;
    for (const auto& [socket, client] : clients_)
        for (const auto& [id, subscription] : client)
            if (subscription.logs)
                for (const auto& [logs, size] : subscription.logs->of)
                    bytes += size;
    return bytes;
}

void Subscriptions::take_logs(const std::string& id, const std::string& result)
{
    const Json json = Json::parse(result, nullptr, false);
    const Json logs = json.is_object() ? json.value("result", Json()) : Json();
    if (!logs.is_array()) {
        spdlog::warn("ethereum: no logs for a subscription: {}", result);
        return;
    }
    if (logs.empty())
        return;
    const bool is_kept = kept_bytes() + result.size() <= kMaxKeptBytes;
    for (auto& [socket, client] : clients_)
        if (const auto found = client.find(id);
            is_kept && found != client.end() && found->second.logs) {
            auto& of = found->second.logs->of;
            of.emplace_back(logs, result.size());
            if (of.size() > kMaxBlocks)
                of.pop_front();
        }
    tell_logs(id, logs, false);
}

void Subscriptions::tell_logs(const std::string& id, const Json& logs, bool removed)
{
    for (auto& [socket, client] : clients_)
        if (client.contains(id))
            for (Json log : logs) {
                if (log.is_object())
                    log["removed"] = removed;
                notify(*socket, id, log);
            }
}

/// Those of blocks in whose place this head, or one before it, now stands.
void Subscriptions::remove_logs(Logs& logs, const std::string& id, const Json& head)
{
    const auto is_replaced = [&](const Json& list) {
        return quantity_at(list[0], "blockNumber") >= quantity_at(head, "number");
    };
    while (!logs.of.empty() && is_replaced(logs.of.back().first)) {
        tell_logs(id, logs.of.back().first, true);
        logs.of.pop_back();
    }
}

void Subscriptions::notify(WebSocket& socket, const std::string& id, const Json& result)
{
    const Json message{{"jsonrpc", "2.0"},
                       {"method", "eth_subscription"},
                       {"params", {{"subscription", id}, {"result", result}}}};
    socket.send(message.dump(-1, ' ', false, Json::error_handler_t::replace));
}

} // namespace depinsat::bridge::ethereum
