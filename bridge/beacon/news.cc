#include "bridge/beacon/news.h"

#include <algorithm>
#include <cassert>

namespace depinsat::bridge::beacon {
namespace {

enum Contents : uint8_t {
    kHead = 1,
    kAttestation = 2,
    kEpochTransition = 4,
    kOptimistic = 8,
    kBase = 0x10,
};
enum Sameness : uint8_t {
    kSameDependents = 1,
    kSameSource = 2,
    kSameTarget = 4,
    kSameBlock = 8,
    kBlockIsHead = 0x10,
    kTargetIsBlock = 0x20,
};
constexpr size_t kMaxSent = 16;
constexpr uint8_t kMaxSinceBase = 200;

uint64_t slot_of(const News& news)
{
    return news.head ? news.head->slot : news.attestation ? news.attestation->slot : 0;
}

uint64_t zigzag(uint64_t slot, uint64_t base)
{
    return slot >= base ? (slot - base) << 1 : (base - slot) << 1 | 1;
}

uint8_t sameness(const News& news, const News* base)
{
    uint8_t same = 0;
    const auto& head = news.head;
    const auto& data = news.attestation;
    if (base && head && base->head &&
        head->previous_dependent == base->head->previous_dependent &&
        head->current_dependent == base->head->current_dependent)
        same |= kSameDependents;
    if (!data)
        return same;
    const auto* before = base && base->attestation ? &*base->attestation : nullptr;
    if (before && data->source == before->source)
        same |= kSameSource;
    if (before && data->target.root == before->target.root)
        same |= kSameTarget;
    else if (data->target.root == data->beacon_block_root)
        same |= kTargetIsBlock;
    if (head && data->beacon_block_root == head->block)
        same |= kBlockIsHead;
    else if (before && data->beacon_block_root == before->beacon_block_root)
        same |= kSameBlock;
    return same;
}

void write_head(const Head& head, uint8_t same, Writer& out)
{
    out.bytes(head.block);
    out.bytes(head.state);
    if (same & kSameDependents)
        return;
    out.bytes(head.previous_dependent);
    out.bytes(head.current_dependent);
}

void write_attestation(const AttestationData& data, uint8_t same, Writer& out)
{
    if (!(same & (kSameBlock | kBlockIsHead)))
        out.bytes(data.beacon_block_root);
    if (!(same & kSameSource)) {
        out.varint(data.source.epoch);
        out.bytes(data.source.root);
    }
    if (!(same & (kSameTarget | kTargetIsBlock)))
        out.bytes(data.target.root);
}

Head read_head(Reader& in, uint64_t slot, uint8_t same, const News* base)
{
    Head head;
    head.slot = slot;
    head.block = in.root();
    head.state = in.root();
    if (!(same & kSameDependents)) {
        head.previous_dependent = in.root();
        head.current_dependent = in.root();
    } else if (base && base->head) {
        head.previous_dependent = base->head->previous_dependent;
        head.current_dependent = base->head->current_dependent;
    } else {
        in.fail();
    }
    return head;
}

AttestationData
read_attestation(Reader& in, uint64_t slot, uint8_t same, const News& news, const News* base)
{
    const AttestationData* before = base && base->attestation ? &*base->attestation : nullptr;
    if ((!before && (same & (kSameBlock | kSameSource | kSameTarget))) ||
        (!news.head && (same & kBlockIsHead)))
        in.fail();
    if (!in.ok())
        return {};
    AttestationData data;
    data.slot = slot;
    data.beacon_block_root = same & kBlockIsHead ? news.head->block
                             : same & kSameBlock ? before->beacon_block_root
                                                 : in.root();
    if (same & kSameSource) {
        data.source = before->source;
    } else {
        data.source.epoch = in.varint();
        data.source.root = in.root();
    }
    data.target.root = same & kSameTarget      ? before->target.root
                       : same & kTargetIsBlock ? data.beacon_block_root
                                               : in.root();
    return data;
}

} // namespace

Json to_json(const Head& head)
{
    return {{"slot", std::to_string(head.slot)},
            {"block", to_hex(head.block)},
            {"state", to_hex(head.state)},
            {"epoch_transition", head.epoch_transition},
            {"previous_duty_dependent_root", to_hex(head.previous_dependent)},
            {"current_duty_dependent_root", to_hex(head.current_dependent)},
            {"execution_optimistic", head.execution_optimistic}};
}

std::optional<Head> head_event(const Json& json)
{
    const auto slot = decimal_at(json, "slot");
    const auto block = root_at(json, "block"), state = root_at(json, "state"),
               previous = root_at(json, "previous_duty_dependent_root"),
               current = root_at(json, "current_duty_dependent_root");
    const Json* transition = object_at(json, "epoch_transition");
    const Json* optimistic = object_at(json, "execution_optimistic");
    if (!slot || !block || !state || !previous || !current)
        return {};
    return Head{*slot,
                *block,
                *state,
                *previous,
                *current,
                transition && *transition == true,
                optimistic && *optimistic == true};
}

Bytes NewsEncoder::encode(const News& news, uint8_t& number)
{
    assert(!news.head || !news.attestation || news.head->slot == news.attestation->slot);
    number = next_++;
    if (base_ && ++since_base_ > kMaxSinceBase)
        base_.reset();
    const News* base = base_ ? &base_->news : nullptr;
    const uint8_t same = sameness(news, base);
    uint8_t contents = base ? kBase : 0;
    if (news.head)
        contents |= uint8_t(kHead | (news.head->epoch_transition ? kEpochTransition : 0) |
                            (news.head->execution_optimistic ? kOptimistic : 0));
    if (news.attestation)
        contents |= kAttestation;
    Writer out;
    out.u8(contents);
    out.u8(same);
    out.u8(number);
    if (base)
        out.u8(base_->number);
    out.varint(base ? zigzag(slot_of(news), slot_of(*base)) : slot_of(news));
    if (news.head)
        write_head(*news.head, same, out);
    if (news.attestation)
        write_attestation(*news.attestation, same, out);
    sent_.push_back({number, news});
    if (sent_.size() > kMaxSent)
        sent_.pop_front();
    return out.take();
}

void NewsEncoder::acknowledged(uint8_t number)
{
    const auto sent = std::ranges::find(sent_, number, &Sent::number);
    if (sent == sent_.end() || !sent->news.head || !sent->news.attestation)
        return; // as a base it must have both
    base_ = *sent;
    since_base_ = uint8_t(sent_.end() - sent - 1);
    sent_.erase(sent_.begin(), sent + 1);
}

std::optional<News> NewsDecoder::decode(std::span<const uint8_t> bytes, const Chain& chain)
{
    Reader in(bytes);
    const uint8_t contents = in.u8(), same = in.u8(), number = in.u8();
    const News* base = nullptr;
    if (contents & kBase) {
        const auto& seen = seen_[in.u8()];
        if (!seen)
            return {};
        base = &*seen;
    }
    const uint64_t coded = in.varint();
    const uint64_t slot = !base       ? coded
                          : coded & 1 ? slot_of(*base) - (coded >> 1)
                                      : slot_of(*base) + (coded >> 1);
    News news;
    if (contents & kHead) {
        news.head = read_head(in, slot, same, base);
        news.head->epoch_transition = contents & kEpochTransition;
        news.head->execution_optimistic = contents & kOptimistic;
    }
    if (contents & kAttestation) {
        news.attestation = read_attestation(in, slot, same, news, base);
        news.attestation->target.epoch = chain.epoch_of(slot);
    }
    if (!in.done())
        return {};
    seen_[number] = news;
    return news;
}

} // namespace depinsat::bridge::beacon
