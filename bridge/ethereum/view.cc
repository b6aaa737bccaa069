#include "bridge/ethereum/view.h"

#include "bridge/ethereum/proof.h"

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

bool is_constant(const Json& method)
{
    return method == "eth_chainId" || method == "net_version";
}

std::string result_text(const Json& value)
{
    Json result;
    result["result"] = value;
    return result.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json method_of(const Json& call)
{
    return call.is_object() ? call.value("method", Json()) : Json();
}

} // namespace

View::Known* View::find(const PollId& id)
{
    const auto found = std::ranges::find_if(
        polls_, [&](const auto& entry) { return poll_id(entry.first) == id; });
    return found == polls_.end() ? nullptr : &found->second;
}

View::Taken View::take_news(std::span<const uint8_t> bytes, link::Time now)
{
    const auto header = read_news_header(bytes);
    std::vector<Known*> known;
    NewsContext context;
    if (header && header->before != std::array<uint8_t, 4>{})
        context.before = head_;
    for (size_t i = 0; header && i < header->polls.size(); ++i)
        if (Known* one = find(header->polls[i])) {
            known.push_back(one);
            context.polls.push_back(&one->poll);
        }
    auto news = header && known.size() == header->polls.size() ? decode_news(context, *header)
                                                               : std::nullopt;
    if (!news) {
        ++stats_.unusable;
        return Taken::kUnusable;
    }
    if (head_ != news->head) {
        ++stats_.heads;
        for (auto& [call, one] : polls_)
            one.current = false;
        keep(std::move(news->head));
    }
    for (size_t i = 0; i < known.size(); ++i) {
        known[i]->current = true;
        if (news->results[i])
            take_result(*known[i], *news->results[i]);
    }
    good_until_ = now + kMaxAge;
    return Taken::kNew;
}

void View::take_result(Known& known, const std::string& result)
{
    known.poll.result = without_proof(result);
    if (!known.poll.context.empty())
        take_receipt(known, Json::parse(result, nullptr, false));
}

/// Looks at the proof of a receipt; without one it counts as not verified.
void View::take_receipt(Known& known, const Json& result)
{
    known.verified = false;
    if (!result.is_object() || !result.contains("proof"))
        return;
    const Json receipt = result.value("result", Json());
    const auto block = std::ranges::find_if(blocks_, [&](const Json& one) {
        return hash_at(one, "hash") == hash_at(receipt, "blockHash");
    });
    if (block == blocks_.end())
        return; // of a block that was not told
    const std::span context(known.poll.context);
    const size_t raw = context.size() - std::min<size_t>(20, context.size());
    known.verified =
        checked_block_hash(*block) && check_receipt(*block, receipt, context.first(raw),
                                                    context.subspan(raw), result["proof"]);
    if (known.verified)
        return;
    ++stats_.false_receipts;
    known.current = false;
}

bool View::is_verified(const std::string& receipt_call) const
{
    const auto found = polls_.find(receipt_call);
    return found != polls_.end() && found->second.verified;
}

void View::keep(Json head)
{
    if (!head_.is_null() && hash_at(head, "parentHash") != hash_at(head_, "hash")) {
        const bool skipped = *quantity_at(head, "number") > *quantity_at(head_, "number") + 1;
        ++(skipped ? stats_.skipped : stats_.reorganisations);
    }
    const uint64_t number = *quantity_at(head, "number");
    while (!blocks_.empty() && *quantity_at(blocks_.back(), "number") >= number)
        blocks_.pop_back();
    blocks_.push_back(head);
    if (blocks_.size() > kMaxBlocks)
        blocks_.pop_front();
    head_ = std::move(head);
}

void View::take_answer(const std::string& text,
                       const std::string& result,
                       uint64_t asked,
                       link::Time now)
{
    const Json call = Json::parse(text, nullptr, false);
    if (!result.starts_with("{\"result\""))
        return;
    if (is_constant(method_of(call))) {
        constants_[text] = result;
    } else if (result.size() <= kMaxPollBytes && is_poll(call)) {
        if (!polls_.contains(text) && polls_.size() >= kMaxPolls)
            polls_.erase(polls_.begin());
        Known& known = polls_[text];
        known.poll = {text, result, {}};
        known.current = asked == stats_.heads && is_fresh(now);
    }
}

void View::follow(Poll receipt)
{
    if (polls_.size() >= kMaxPolls)
        polls_.erase(polls_.begin());
    std::string call = receipt.call;
    polls_[std::move(call)] = {std::move(receipt), true, false};
}

std::optional<std::string> View::answer(const std::string& text, link::Time now)
{
    std::optional<std::string> result;
    if (const auto found = constants_.find(text); found != constants_.end()) {
        result = found->second;
    } else if (is_fresh(now)) {
        const auto poll = polls_.find(text);
        if (poll != polls_.end()) {
            if (poll->second.current)
                result = poll->second.poll.result;
        } else {
            const Json call = Json::parse(text, nullptr, false);
            const Json method = method_of(call);
            const Json params = call.value("params", Json::array());
            if (method == "eth_blockNumber" && params.empty())
                result = result_text(head_.at("number"));
            else if (method == "eth_getBlockByNumber" || method == "eth_getBlockByHash")
                result = block_answer(params, method == "eth_getBlockByHash");
        }
    }
    ++(result ? stats_.local_answers : stats_.remote_answers);
    return result;
}

std::optional<std::string> View::block_answer(const Json& params, bool by_hash) const
{
    if (!params.is_array() || params.size() != 2 || params[1] != false ||
        !params[0].is_string())
        return {};
    if (!by_hash && params[0] == "latest")
        return result_text(head_);
    const auto found = std::ranges::find_if(blocks_, [&](const Json& block) {
        return block.at(by_hash ? "hash" : "number") == params[0];
    });
    if (found == blocks_.end())
        return {};
    return result_text(*found);
}

void View::forget()
{
    head_ = nullptr;
    blocks_.clear();
    std::erase_if(polls_, [](const auto& entry) { return entry.second.poll.context.empty(); });
    for (auto& [call, one] : polls_)
        one.current = false;
    good_until_ = {};
}

} // namespace depinsat::bridge::ethereum
