#include "bridge/ethereum/view.h"

#include "bridge/ethereum/proof.h"

#include <algorithm>

namespace depinsat::bridge::ethereum {

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
        known[i]->current = known[i]->told = true;
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
        return refuse(known);
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
    if (!known.verified)
        refuse(known);
}

void View::refuse(Known& known)
{
    ++stats_.false_receipts;
    known.current = known.told = false;
}

bool View::is_verified(const std::string& receipt_call) const
{
    const auto found = polls_.find(receipt_call);
    return found != polls_.end() && found->second.verified;
}

Json View::told_receipt(const std::string& receipt_call) const
{
    const Known* known = current(receipt_call);
    return known && !known->is_open() ? last_word(receipt_call).value_or(nullptr) : Json();
}

std::optional<Json> View::last_word(const std::string& receipt_call) const
{
    const auto found = polls_.find(receipt_call);
    if (found == polls_.end() || !found->second.told)
        return {};
    const Json json = Json::parse(found->second.poll.result, nullptr, false);
    return json.is_object() ? json.value("result", Json()) : Json();
}

void View::disbelieve(const std::string& receipt_call)
{
    if (const auto found = polls_.find(receipt_call); found != polls_.end())
        found->second.current = found->second.told = false;
}

bool View::has_block(const Json& hash) const
{
    return std::ranges::any_of(blocks_,
                               [&](const Json& block) { return block.at("hash") == hash; });
}

void View::keep(Json head)
{
    const uint64_t number = *quantity_at(head, "number");
    const bool follows =
        head_.is_null() || hash_at(head, "parentHash") == hash_at(head_, "hash");
    const bool skips = !follows && number > *quantity_at(head_, "number") + 1;
    if (!follows)
        ++(skips ? stats_.skipped : stats_.reorganisations);
    chain_.add(head);
    std::erase_if(blocks_, [&](const Json& block) {
        const auto place = chain_.place_of(block);
        return *quantity_at(block, "number") >= number || place == HeadChain::Place::kOutside ||
               (place == HeadChain::Place::kUnknown && !follows && !skips);
    });
    blocks_.push_back(head);
    if (blocks_.size() > kMaxBlocks)
        blocks_.pop_front();
    head_ = std::move(head);
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

void View::forget()
{
    head_ = nullptr;
    blocks_.clear();
    chain_.forget();
    std::erase_if(polls_, [](const auto& entry) { return !entry.second.is_receipt(); });
    std::erase_if(calls_, [](const auto& entry) { return !entry.first.is_receipt; });
    for (auto& [call, one] : polls_)
        one = {{call, kNoResult, std::move(one.poll.context)}};
    good_until_ = {};
}

} // namespace depinsat::bridge::ethereum
