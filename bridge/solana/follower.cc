#include "bridge/solana/follower.h"

namespace depinsat::bridge::solana {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using json_rpc::Json;

constexpr auto kLookTime = 2s;
constexpr auto kGiveUpTime = 600s; ///< of a transaction whose blockhash does not expire

std::string call_text(const char* method, Json params)
{
    return Json{{"method", method}, {"params", std::move(params)}}.dump();
}

} // namespace

Follower::Follower(asio::io_context& io,
                   Nodes nodes,
                   const ReadSending& read,
                   std::function<void(const News&)> tell,
                   std::function<void()> end)
    : nodes_(std::move(nodes)),
      sending_(read.sending),
      transaction_(read.transaction),
      tell_(std::move(tell)),
      end_(std::move(end)),
      timer_(io)
{}

void Follower::start()
{
    give_up_ = Clock::now() + kGiveUpTime;
    hand_over();
}

void Follower::stop()
{
    tell_ = nullptr;
    end_ = nullptr;
    timer_.cancel();
}

void Follower::tell(News news)
{
    news.mark = mark_of(key_of(transaction_.signature));
    if (const auto told = tell_)
        told(news);
}

void Follower::finish()
{
    const auto end = std::exchange(end_, nullptr);
    stop();
    if (end)
        end();
}

void Follower::hand_over()
{
    missing_ = nodes_.count;
    refusal_.clear();
    const std::string call = send_call(sending_);
    for (size_t node = 0; node < nodes_.count; ++node)
        nodes_.ask(node, call, [self = shared_from_this()](const Result& result) {
            if (self->end_)
                self->on_verdict(result);
        });
}

/// The first node that takes it decides; all have to refuse it.
void Follower::on_verdict(const Result& result)
{
    const bool taken =
        result && (result->starts_with("{\"result\"") || is_processed_already(*result));
    if (taken && !std::exchange(taken_, true))
        tell({News::What::kAccepted, {}, {}, {}});
    if (result && !taken)
        refusal_ = *result;
    if (--missing_ > 0)
        return;
    if (!taken_ && !refusal_.empty()) {
        tell({News::What::kRefused, {}, refusal_, {}});
        return finish();
    }
    // From now on it is only sent again: preflight has had its say.
    sending_.skip_preflight = sending_.skip_preflight || taken_;
    look_later();
}

void Follower::look_later()
{
    timer_.expires_after(kLookTime);
    timer_.async_wait([self = shared_from_this()](error_code error) {
        if (!error && self->end_)
            self->look();
    });
}

void Follower::ask(const std::string& call, Answered answered)
{
    nodes_.ask(node_, call,
               [self = shared_from_this(), answered = std::move(answered)](const Result& r) {
                   if (self->end_)
                       answered(r);
               });
}

/// Whether the blockhash is still valid is asked before the status: what is in no block then
/// will not get into one.
void Follower::look()
{
    node_ = (node_ + 1) % nodes_.count;
    if (transaction_.durable_nonce)
        return look_for_status(Clock::now() < give_up_);
    const auto call = call_text(
        "isBlockhashValid",
        Json::array({to_base58(transaction_.blockhash), {{"commitment", "processed"}}}));
    ask(call, [this](const Result& result) {
        const Json json = result ? Json::parse(*result) : Json();
        const Json::json_pointer value("/result/value");
        const bool known = json.is_object() && json.contains(value) && json[value].is_boolean();
        if (!known && Clock::now() < give_up_)
            return look_later();
        look_for_status(known && json[value].get<bool>());
    });
}

void Follower::look_for_status(bool valid)
{
    const auto call =
        call_text("getSignatureStatuses",
                  Json::array({Json::array({to_base58(transaction_.signature)})}));
    ask(call, [this, valid](const Result& result) { on_status(result, valid); });
}

void Follower::on_status(const Result& result, bool valid)
{
    const bool late = Clock::now() >= give_up_;
    if (!result || result->starts_with("{\"error\""))
        return late ? finish() : look_later();
    const auto status = status_in(*result);
    if (!status && !valid) {
        tell({News::What::kExpired, {}, {}, {}});
        return finish();
    }
    if (!status)
        return hand_over();
    if (!status_ || status_->commitment != status->commitment ||
        status_->error != status->error) {
        status_ = status;
        tell({News::What::kStatus, {}, {}, *status});
    }
    if (status->commitment == Commitment::kFinalized || late)
        return finish();
    look_later();
}

} // namespace depinsat::bridge::solana
