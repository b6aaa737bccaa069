#include "bridge/beacon/template_rules.h"

namespace depinsat::bridge::beacon {

std::optional<std::string> TemplateRules::fault(const AttestationData& data,
                                                uint64_t asked_slot,
                                                const Chain& chain,
                                                UnixTime now) const
{
    if (data.slot != asked_slot)
        return "it is for another slot";
    if (data.target.epoch != chain.epoch_of(asked_slot))
        return "its target is not the slot's epoch";
    if (now + kSkew < chain.start_of(asked_slot))
        return "its slot has not begun";
    // At genesis both are 0; else the source is justified, which takes an epoch.
    if (data.source.epoch >= data.target.epoch && data.target.epoch != 0)
        return "its source is not before its target";
    if (!any_)
        return {};
    if (data.source.epoch < source_epoch_)
        return "its source goes back";
    if (data.source.epoch == source_epoch_ && data.source.root != source_root_)
        return "its source is another block than before";
    if (data.target.epoch < target_epoch_)
        return "its target goes back";
    return {};
}

void TemplateRules::handed_out(const AttestationData& data)
{
    any_ = true;
    source_epoch_ = data.source.epoch;
    source_root_ = data.source.root;
    target_epoch_ = data.target.epoch;
}

bool is_of_other_data(const ApiRequest& request, const ApiReply& reply)
{
    const auto asked = query_value(request.target, "attestation_data_root");
    const auto root = asked ? root_from_hex(*asked) : std::nullopt;
    const auto json = parse_json(reply.body.bytes);
    const Json* aggregate = json ? object_at(*json, "data") : nullptr;
    const Json* data = aggregate ? object_at(*aggregate, "data") : nullptr;
    const auto value = data ? attestation_data(*data) : std::nullopt;
    return !root || !value || hash_tree_root(*value) != *root;
}

} // namespace depinsat::bridge::beacon
