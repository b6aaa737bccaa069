#include "bridge/ethereum/watch.h"

#include "bridge/ethereum/json_rpc.h"
#include "bridge/messages.h"

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

using namespace std::chrono_literals;

constexpr auto kLookTime = 250ms;
constexpr auto kInterestTime = 300s;
constexpr auto kTellAgainTime = 20s;
constexpr auto kNewsLifetime = 30s;
constexpr size_t kMaxPolls = 16, kMaxReceipts = 200;
constexpr unsigned kPollHeads = 25, kReceiptHeads = 3;
constexpr const char* kHeadCall =
    R"({"method":"eth_getBlockByNumber","params":["latest",false]})";

} // namespace

/// The results for one head.
struct Watch::Round {
    std::map<std::string, std::string> results; ///< by call; empty: none came
    std::map<std::string, std::string> proven;  ///< of receipts: the result with its proof
    size_t missing = 0;
    bool new_head = false;
};

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
    std::erase_if(polls,
                  [&](const Watched& one) { return poll_id(one.poll.call) == poll_id(call); });
    if (polls.size() >= kMaxPolls)
        polls.erase(polls.begin());
    polls.push_back({{call, result, {}}, kPollHeads});
}

void Watch::follow(const link::PublicKey& peer, Poll receipt)
{
    Station& station = stations_[peer];
    auto& receipts = station.receipts;
    if (std::ranges::any_of(receipts,
                            [&](const Watched& one) { return one.poll.call == receipt.call; }))
        return;
    if (receipts.size() >= kMaxReceipts)
        receipts.erase(receipts.begin());
    receipts.push_back({std::move(receipt), kReceiptHeads});
    station.waits = true;
}

void Watch::restart(const link::PublicKey& peer)
{
    Station& station = stations_[peer];
    station.told = nullptr;
    station.polls.clear();
    for (auto& one : station.receipts)
        one.poll.result = R"({"result":null})";
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

bool Watch::is_due(const Station& station, bool new_head) const
{
    return new_head || station.waits || now() - station.last_told > kTellAgainTime;
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
        last_body_ = body;
        head_ = head;
    }
    for (const auto& [peer, station] : stations_) {
        if (!is_due(station, round->new_head))
            continue;
        for (const auto* polls : {&station.polls, &station.receipts})
            for (const auto& one : *polls)
                if (round->results.emplace(one.poll.call, "").second)
                    ++round->missing;
    }
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

void Watch::tell_all(const Round& round)
{
    for (auto& [peer, station] : stations_)
        if (is_due(station, round.new_head))
            tell(peer, station, round);
}

void Watch::tell(const link::PublicKey& peer, Station& station, const Round& round)
{
    NewsContext context{station.told, {}};
    News news{head_, {}};
    std::vector<Watched*> told;
    for (auto* polls : {&station.polls, &station.receipts})
        for (auto& one : *polls) {
            const auto found = round.results.find(one.poll.call);
            if (found == round.results.end() || found->second.empty())
                continue;
            told.push_back(&one);
            context.polls.push_back(&one.poll);
            const auto proven = round.proven.find(one.poll.call);
            if (found->second == one.poll.result)
                news.results.emplace_back();
            else
                news.results.emplace_back(proven == round.proven.end() ? found->second
                                                                       : proven->second);
        }
    link::Message message{link::Class::kInteractive, kEthereumNews, encode_news(context, news)};
    if (!link_.send(peer, std::move(message), kNewsLifetime))
        return;
    for (size_t i = 0; i < told.size(); ++i) {
        if (news.results[i])
            told[i]->poll.result = without_proof(*news.results[i]);
        const bool waits_for_it =
            !told[i]->poll.context.empty() && told[i]->poll.result == R"({"result":null})";
        if (round.new_head && !waits_for_it)
            --told[i]->heads_left;
    }
    for (auto* polls : {&station.polls, &station.receipts})
        std::erase_if(*polls, [](const Watched& one) { return one.heads_left == 0; });
    station.told = head_;
    station.waits = false;
    station.last_told = now();
}

} // namespace depinsat::bridge::ethereum
