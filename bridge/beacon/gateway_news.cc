#include "bridge/beacon/gateway.h"
#include "bridge/messages.h"

#include <algorithm>

namespace depinsat::bridge::beacon {
namespace {

using namespace std::chrono_literals;

constexpr uint64_t kInterestEpochs = 3;
constexpr uint64_t kMaxCommittees = 64;
constexpr auto kStateTime = 60s;
constexpr auto kLeastNewsTime = 2s;

} // namespace

bool Gateway::is_interested(const User& user) const
{
    return world_.now() < user.interested_until;
}

bool Gateway::has_duty(const User& user, uint64_t slot) const
{
    return user.duties.contains(slot) || (chain_ && chain_->epoch_of(slot) < user.sync_until);
}

/// Whether its validators attest in the slot, and have not been told what.
bool Gateway::waits_for(const User& user, uint64_t slot) const
{
    return is_interested(user) && user.pushed_slot < slot && user.duties.contains(slot);
}

/// To heads, and to what user stations want that are there.
void Gateway::listen()
{
    uint64_t all = 1;
    for (const auto& [key, user] : users_)
        if (is_interested(user))
            all |= user.topics;
    node_.listen(all);
}

void Gateway::on_hello(const link::PublicKey& key, User& user, std::span<const uint8_t> bytes)
{
    WireHello hello;
    if (!decode(bytes, hello)) {
        ++counters_.malformed;
        return;
    }
    const Chain chain = chain_.value_or(Chain());
    user.interested_until =
        world_.now() + chain.slot_time * int64_t(chain.slots_per_epoch * kInterestEpochs);
    user.topics = hello.topics;
    user.deadlines = hello.deadlines;
    listen();
    if (!hello.anew)
        return;
    user.news.reset();
    tell_state(key, true);
    if (latest_)
        push(key, user, *latest_);
}

void Gateway::tell_state(const link::PublicKey& key, bool with_chain)
{
    const WireState state{state_, with_chain ? chain_ : std::nullopt};
    world_.send(key, {link::Class::kInteractive, kBeaconState, encode(state)}, kStateTime, {});
}

void Gateway::on_event(std::string_view topic, const std::string& data)
{
    const auto found = std::ranges::find(topics(), topic);
    const auto json = parse_json(data);
    if (found == topics().end() || !json)
        return;
    const auto number = uint8_t(found - topics().begin());
    if (number == 0) {
        if (const auto head = head_event(*json))
            on_head(*head);
        return;
    }
    const Bytes bytes = encode(WireEvent{number, {Content::kJson, data}});
    for (const auto& [key, user] : users_)
        if (is_interested(user) && (user.topics >> number & 1))
            world_.send(key, {link::Class::kBlock, kBeaconEvent, bytes}, kStateTime, {});
}

/// Together with what is to be attested, so that the client's next question is answered where
/// it is asked.
void Gateway::on_head(const Head& head)
{
    if (!chain_)
        return;
    const bool current = head.slot == chain_->slot_at(world_.now());
    const auto tell = [this, head](std::optional<AttestationData> data) {
        latest_ = News{head, data};
        push_to_all(*latest_);
    };
    if (current)
        fetch_attestation(head.slot, tell);
    else
        tell({});
}

void Gateway::fetch_attestation(uint64_t slot,
                                std::function<void(std::optional<AttestationData>)> done)
{
    ApiRequest request;
    request.target = attestation_target(slot);
    ask_own(request, Need::kDuty, [this, slot, done](const NodeReply& node) {
        const auto json = parse_json(node.reply.body.bytes);
        const Json* object = json ? object_at(*json, "data") : nullptr;
        auto data = object ? beacon::attestation_data(*object) : std::nullopt;
        if (data && (data->slot != slot || data->target.epoch != chain_->epoch_of(slot)))
            data.reset(); // a node that talks nonsense
        if (data)
            data->index = 0;
        done(node.reached && node.reply.status == 200 ? data : std::nullopt);
    });
}

void Gateway::push_to_all(const News& news)
{
    for (auto& [key, user] : users_)
        if (is_interested(user))
            push(key, user, news);
}

void Gateway::push(const link::PublicKey& key, User& user, const News& news)
{
    const uint64_t slot = news.head ? news.head->slot : news.attestation->slot;
    if (news.attestation) {
        user.pushed_slot = std::max(user.pushed_slot, slot);
        remember_variants(user, *news.attestation);
    }
    const auto end = chain_->start_of(slot + 1) - world_.now();
    const auto lifetime =
        std::max<Milliseconds>(std::chrono::duration_cast<Milliseconds>(end), kLeastNewsTime);
    const auto message_class = has_duty(user, slot) ? link::Class::kDuty : link::Class::kBlock;
    uint8_t number = 0;
    Bytes bytes = user.news.encode(news, number);
    ++counters_.news;
    world_.send(key, {message_class, kBeaconNews, std::move(bytes)}, lifetime,
                [this, key, number](link::Outcome outcome) {
                    if (outcome == link::Outcome::kDone)
                        users_[key].news.acknowledged(number);
                });
}

/// The edge hands the data out for every committee.
void Gateway::remember_variants(User& user, AttestationData data) const
{
    const bool each = chain_->epoch_of(data.slot) < chain_->forks.electra_epoch;
    for (data.index = 0; data.index < (each ? kMaxCommittees : 1); ++data.index)
        user.known.add(to_json(data));
}

/// When the attestation data of a slot is to be pushed, if no head has brought it.
UnixTime Gateway::template_time(const DeadlineRules& rules, uint64_t slot) const
{
    const Milliseconds due = rules.at(*chain_, slot).attestation;
    return chain_->start_of(slot) + std::max(due - kTemplateLead, Milliseconds(0));
}

/// Wakes in each slot before the attestations of each user station are due.
void Gateway::arm_slot()
{
    const UnixTime now = world_.now();
    const uint64_t slot = chain_->slot_at(now);
    const auto next = [&](const DeadlineRules& rules) {
        const UnixTime time = template_time(rules, slot);
        return time > now ? time : template_time(rules, slot + 1);
    };
    UnixTime first = next({});
    for (const auto& [key, user] : users_)
        if (is_interested(user))
            first = std::min(first, next(user.deadlines));
    world_.after(first - now, [this] {
        on_attestations_due();
        arm_slot();
    });
}

/// In a slot without a block the validators attest to the one before.
void Gateway::on_attestations_due()
{
    const uint64_t slot = chain_->slot_at(world_.now());
    const auto is_due = [this, slot](const User& user) {
        return waits_for(user, slot) && template_time(user.deadlines, slot) <= world_.now();
    };
    if (std::ranges::none_of(users_, [&](const auto& entry) { return is_due(entry.second); }))
        return;
    fetch_attestation(slot, [this, slot, is_due](std::optional<AttestationData> data) {
        if (!data)
            return;
        for (auto& [key, user] : users_)
            if (is_due(user))
                push(key, user, News{{}, data});
    });
}

} // namespace depinsat::bridge::beacon
