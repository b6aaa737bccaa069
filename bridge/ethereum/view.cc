#include "bridge/ethereum/view.h"

#include "bridge/ethereum/plain_transfer.h"
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
    const auto found = calls_.find(id);
    return found == calls_.end() ? nullptr : &polls_.at(found->second);
}

/// Expects a poll in the news; one that is of no use any more makes way.
View::Known& View::add(Poll poll)
{
    const bool is_receipt = !poll.context.empty();
    const auto is_alike = [&](const auto& one) {
        return one.second.is_receipt() == is_receipt;
    };
    const auto is_spent = [&](const auto& one) {
        return is_alike(one) && (is_receipt ? !one.second.is_open() : !one.second.current);
    };
    const size_t most = is_receipt ? kMaxReceipts : kMaxPolls;
    if (!polls_.contains(poll.call) &&
        size_t(std::ranges::count_if(polls_, is_alike)) >= most) {
        auto one = std::ranges::find_if(polls_, is_spent);
        if (one == polls_.end())
            one = std::ranges::find_if(polls_, is_alike);
        calls_.erase(poll_id(one->second.poll));
        polls_.erase(one);
    }
    calls_[poll_id(poll)] = poll.call;
    Known& known = polls_[poll.call];
    known = {std::move(poll)};
    return known;
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
            one.current = one.is_open() && one.followed; // nobody has told otherwise
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
    const Json receipt = result.is_object() ? result.value("result", Json()) : Json();
    if (const auto of = hash_at(receipt, "transactionHash");
        receipt.is_object() && (!of || receipt_poll(*of, {}, {}).call != known.poll.call)) {
        ++stats_.false_receipts;
        known.current = false;
        return;
    }
    if (!result.is_object() || !result.contains("proof"))
        return;
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

Json View::told_receipt(const std::string& receipt_call) const
{
    const Known* known = current(receipt_call);
    if (!known || known->is_open())
        return nullptr;
    const Json json = Json::parse(known->poll.result, nullptr, false);
    return json.is_object() ? json.value("result", Json()) : Json();
}

bool View::has_block(const Json& hash) const
{
    return std::ranges::any_of(blocks_,
                               [&](const Json& block) { return block.at("hash") == hash; });
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
        add({text, result, {}}).current = asked == stats_.heads && is_fresh(now);
    } else {
        expect_companions(call, result);
    }
}

/// What tells whether the next such estimate is the same comes with the news from now on.
void View::expect_companions(const Json& call, const std::string& result)
{
    const auto transfer = result == kTransferGasResult ? plain_transfer_of(call) : std::nullopt;
    if (!transfer)
        return;
    for (const auto& companion : transfer->companions())
        if (!current(companion))
            add({companion, kNoResult, {}});
    if (const auto code = polls_.find(transfer->code); code != polls_.end())
        code->second.receives = true;
}

const View::Known* View::current(const std::string& call) const
{
    const auto found = polls_.find(call);
    return found != polls_.end() && found->second.current ? &found->second : nullptr;
}

bool View::is_known_chain(const Json& id) const
{
    return std::ranges::any_of(constants_, [&](const auto& entry) {
        return entry.first.starts_with(R"({"method":"eth_chainId")") &&
               entry.second == result_text(id);
    });
}

std::optional<std::string> View::transfer_gas(const Json& call) const
{
    const auto transfer = plain_transfer_of(call);
    if (!transfer)
        return {};
    const Known *code = current(transfer->code), *balance = current(transfer->balance),
                *nonce = current(transfer->nonce);
    const Json chain = transfer->request.value("chainId", Json());
    if (!code || !code->receives || !balance || !nonce ||
        !can_transfer(*transfer, code->poll.result, balance->poll.result, nonce->poll.result,
                      head_) ||
        (!chain.is_null() && !is_known_chain(chain)))
        return {};
    return kTransferGasResult;
}

void View::expect(Poll receipt)
{
    if (!polls_.contains(receipt.call))
        add(std::move(receipt));
}

void View::follow(Poll receipt)
{
    const std::string call = receipt.call;
    expect(std::move(receipt));
    Known& known = polls_.at(call);
    known.followed = true;
    known.current |= known.is_open();
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
            else if (method == "eth_estimateGas")
                result = transfer_gas(call);
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
    std::erase_if(polls_, [](const auto& entry) { return !entry.second.is_receipt(); });
    std::erase_if(calls_, [](const auto& entry) { return !entry.first.is_receipt; });
    for (auto& [call, one] : polls_)
        one = {{call, kNoResult, std::move(one.poll.context)}};
    good_until_ = {};
}

} // namespace depinsat::bridge::ethereum
