#include "bridge/ethereum/watch.h"

#include "bridge/ethereum/json_rpc.h"
#include "bridge/ethereum/watch_round.h"

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

using namespace std::chrono_literals;

constexpr auto kLookTime = 250ms;
constexpr auto kInterestTime = 75s;
constexpr size_t kMaxPolls = 16, kMaxReceipts = 4096;
constexpr unsigned kPollHeads = 25;
constexpr const char* kHeadCall =
    R"({"method":"eth_getBlockByNumber","params":["latest",false]})";

} // namespace

std::vector<Watch::Watched*> Watch::Station::all()
{
    std::vector<Watched*> all;
    for (auto* list : {&polls, &receipts})
        for (auto& one : *list)
            all.push_back(&one);
    return all;
}

Watch::Watch(const BridgeContext& context, config::Upstream node)
    : link_(context.link),
      http_(context.http),
      node_(std::move(node)),
      prover_(http_, node_),
      timer_(context.io)
{
    link_.watch_peers([this](const auto& peer, bool up) {
        if (!up)
            stations_.erase(peer);
    });
}

void Watch::start()
{
    look_later();
}

void Watch::note(const link::PublicKey& peer)
{
    Station& station = stations_[peer];
    if (station.told.is_null())
        station.waits = true;
    station.last_asked = now();
}

void Watch::remember(const link::PublicKey& peer,
                     const std::string& call,
                     const std::string& result)
{
    auto& polls = stations_[peer].polls;
    std::erase_if(polls, [&](const Watched& one) { return one.poll.call == call; });
    if (polls.size() >= kMaxPolls)
        polls.erase(polls.begin());
    polls.push_back({{call, result, {}}, kPollHeads});
}

void Watch::expect(const link::PublicKey& peer, const std::string& call)
{
    auto& polls = stations_[peer].polls;
    const auto found =
        std::ranges::find_if(polls, [&](const Watched& one) { return one.poll.call == call; });
    if (found == polls.end())
        return remember(peer, call, kNoResult);
    found->heads_left = kPollHeads;
}

void Watch::follow(const link::PublicKey& peer, Poll receipt, bool tell_none)
{
    Station& station = stations_[peer];
    auto& receipts = station.receipts;
    // Who asks once more does not have it, whatever was told before.
    std::erase_if(receipts, [&](const Watched& one) { return one.poll.call == receipt.call; });
    if (receipts.size() >= kMaxReceipts) {
        const auto settled = std::ranges::find_if(receipts, &Watched::is_settled);
        receipts.erase(settled == receipts.end() ? receipts.begin() : settled);
    }
    receipts.push_back({.poll = std::move(receipt), .owes_word = tell_none});
    station.waits = true;
}

void Watch::restart(const link::PublicKey& peer)
{
    Station& station = stations_[peer];
    station.told = nullptr;
    station.polls.clear();
    station.receipts.clear(); // it names those that it waits for
    station.waits = true;
}

void Watch::look_later()
{
    timer_.expires_after(kLookTime);
    timer_.async_wait([this](error_code error) {
        if (error)
            return;
        const auto is_interested = [](const auto& entry) {
            return now() - entry.second.last_asked < kInterestTime;
        };
        std::erase_if(stations_, [&](const auto& entry) { return !is_interested(entry); });
        if (!stations_.empty() && !looking_)
            look();
        look_later();
    });
}

HttpCall Watch::call_of(const std::string& call) const
{
    HttpCall out{.url = node_.url};
    out.body = upstream_request(call, false);
    out.timeout = std::min<std::chrono::milliseconds>(node_.timeout, 3s);
    out.max_answer_bytes = 4u << 20;
    out.ca_file = node_.ca_file;
    out.idempotent = true;
    return out;
}

void Watch::look()
{
    looking_ = true;
    http_.request(call_of(kHeadCall), [this](const HttpResult& http) {
        looking_ = false;
        if (http.fault == HttpResult::Fault::kNone)
            on_head(http.body);
    });
}

/// Whether its result may be another one than before.
bool Watch::is_asked(const Watched& one, const Round& round) const
{
    return !(one.is_open() || one.is_settled()) || !one.looked_for ||
           (round.new_head && !round.follows) || round.transactions.contains(one.poll.call);
}

void Watch::on_head(const std::string& body)
{
    const auto round = std::make_shared<Round>();
    round->new_head = body != last_body_;
    if (round->new_head) {
        const auto result = result_of(body);
        const Json head = result ? Json::parse(*result).value("result", Json()) : Json();
        if (!hash_at(head, "hash") || !quantity_at(head, "number") ||
            !quantity_at(head, "timestamp"))
            return;
        round->follows = hash_at(head, "parentHash") == hash_at(head_, "hash");
        last_body_ = body;
        head_ = head;
    }
    for (const auto& transaction : head_.value("transactions", Json::array()))
        if (const auto hash = to_hash(transaction))
            round->transactions.insert(receipt_poll(*hash, {}, {}).call);
    for (auto& [peer, station] : stations_) {
        if (!is_due(station, round->new_head))
            continue;
        for (Watched* one : station.all())
            if (is_asked(*one, *round)) {
                one->looked_for = true;
                round->results.emplace(one->poll.call, "");
            }
    }
    round->missing = round->results.size();
    looking_ = round->missing > 0;
    if (!looking_)
        return tell_all(*round);
    std::vector<std::string> calls;
    for (const auto& [call, result] : round->results)
        calls.push_back(call);
    for (const auto& call : calls)
        ask(round, call);
}

void Watch::ask(const std::shared_ptr<Round>& round, const std::string& call)
{
    http_.request(call_of(call), [this, round, call](const HttpResult& http) {
        const auto result =
            http.fault == HttpResult::Fault::kNone ? result_of(http.body) : std::nullopt;
        if (result && result->starts_with("{\"result\""))
            round->results[call] = *result;
        const Json receipt = result && call.find("eth_getTransactionReceipt") != call.npos
                                 ? Json::parse(*result).value("result", Json())
                                 : Json();
        if (receipt.is_object() && is_news(call, *result))
            return prove(round, call, receipt);
        end_one(round);
    });
}

/// Whether a station that follows this receipt does not have this result yet.
bool Watch::is_news(const std::string& call, const std::string& result) const
{
    return std::ranges::any_of(stations_, [&](const auto& entry) {
        return std::ranges::any_of(entry.second.receipts, [&](const Watched& one) {
            return one.poll.call == call && one.poll.result != result;
        });
    });
}

/// Adds the proof, if the node gives what it takes.
void Watch::prove(const std::shared_ptr<Round>& round,
                  const std::string& call,
                  const Json& receipt)
{
    prover_.prove(receipt, [this, round, call](const std::optional<Json>& proof) {
        if (proof) {
            Json with = Json::parse(round->results[call]);
            with["proof"] = *proof;
            round->proven[call] = with.dump(-1, ' ', false, Json::error_handler_t::replace);
        }
        end_one(round);
    });
}

void Watch::end_one(const std::shared_ptr<Round>& round)
{
    if (--round->missing > 0)
        return;
    looking_ = false;
    tell_all(*round);
}

} // namespace depinsat::bridge::ethereum
