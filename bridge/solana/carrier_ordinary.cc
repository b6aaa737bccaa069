// Transactions over the ordinary connection, and over the satellite when that fails.
#include "bridge/carried_record.h"
#include "bridge/kept_messages.h"
#include "bridge/solana/carrier.h"

#include <spdlog/spdlog.h>

namespace depinsat::bridge::solana {
namespace {

using namespace std::chrono_literals;

constexpr auto kTick = 1s;

} // namespace

void Carrier::take_up_ordinary()
{
    for (const auto& [key, left, bytes] : kept_messages(store_, kSolanaOrdinary)) {
        auto sending = decode_sending(bytes);
        const auto decoded = sending ? decode_transaction(sending->raw)
                                     : std::variant<Transaction, std::string>();
        const auto found = carried_.find(mark_of(key)); // states are kept in another record
        if (!sending || left.count() <= 0 || !std::holds_alternative<Transaction>(decoded) ||
            found == carried_.end()) {
            store_.erase(kSolanaOrdinary, key);
            continue;
        }
        found->second.ordinary =
            ReadSending{std::move(*sending), std::get<Transaction>(decoded)};
        found->second.until = now() + left;
    }
}

/// What the ordinary connection does not carry any more goes over the link, or waits for
/// either.
void Carrier::look_after_ordinary()
{
    for (auto& [mark, carried] : carried_) {
        if (!carried.ordinary || carried.follower)
            continue;
        if (ordinary_.serves(kService))
            follow(mark, carried);
        else
            on_lost(mark);
    }
    ordinary_timer_.expires_after(kTick);
    ordinary_timer_.async_wait([this](error_code error) {
        if (!error)
            look_after_ordinary();
    });
}

void Carrier::by_ordinary(const Mark& mark, Carried& carried, const ReadSending& sending)
{
    const auto lifetime = std::chrono::ceil<std::chrono::seconds>(carried.until - now());
    save(carried);
    keep_message(store_, kSolanaOrdinary, key_of(carried.signature), lifetime,
                 encode(sending.sending));
    carried.ordinary = sending;
    follow(mark, carried);
}

void Carrier::follow(const Mark& mark, Carried& carried)
{
    const Follower::Nodes nodes{1,
                                [this, mark](size_t, const std::string& call, auto answered) {
                                    ask(mark, call, std::move(answered));
                                }};
    carried.follower = std::make_shared<Follower>(
        io_, nodes, *carried.ordinary,
        [this, mark](const News& news) { take(carried_.at(mark), news); },
        [this, mark] { leave_ordinary(carried_.at(mark)); });
    carried.follower->start();
}

void Carrier::ask(const Mark& mark, const std::string& call, Follower::Answered answered)
{
    const auto done = [this, mark, answered = std::move(answered)](const HttpResult& http) {
        const auto result = http.fault == HttpResult::Fault::kNone
                                ? json_rpc::result_of(http.body)
                                : std::nullopt;
        if (result)
            return answered(result);
        on_lost(mark);
    };
    // The same transaction again is executed no more.
    const NodeRequest request{.body = json_rpc::upstream_request(call, false),
                              .idempotent = true};
    if (auto* nodes = ordinary_.serving(kService))
        return nodes->request(request, done);
    asio::post(io_, [done] { done({HttpResult::Fault::kUnreachable, 0, {}, {}, {}}); });
}

/// Goes over the link now; if that does not take it, tick() tries again.
void Carrier::on_lost(const Mark& mark)
{
    const auto found = carried_.find(mark);
    if (found == carried_.end() || !found->second.ordinary)
        return;
    Carried& carried = found->second;
    if (const auto follower = std::exchange(carried.follower, nullptr))
        follower->stop();
    if (carried.until <= now()) {
        if (carried.state == State::kQueued)
            expire(carried);
        return leave_ordinary(carried);
    }
    const ReadSending sending = *carried.ordinary;
    if (by_satellite(mark, carried, sending).empty())
        leave_ordinary(carried);
}

/// With the next commit of the store.
void Carrier::leave_ordinary(Carried& carried)
{
    store_.erase(kSolanaOrdinary, key_of(carried.signature));
    carried.ordinary.reset();
    carried.follower.reset();
}

} // namespace depinsat::bridge::solana
