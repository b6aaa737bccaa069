#pragma once

#include "bridge/beacon/gateway.h"
#include "linksim/events.h"
#include "validators/sim_chain.h"

#include <functional>
#include <map>

namespace depinsat::test {

/// What arrived at the node, and when.
struct Arrival {
    std::string kind; ///< "attestation", "sync", "aggregate", "contribution"
    uint64_t slot;
    size_t validator;
    double into_slot_s;
    double after_head_s; ///< after the head event, in a slot with a block; else into_slot_s
    bool right;          ///< data and signature are what they have to be
};

/// A beacon node of the simulated chain.
class SimNode : public bridge::beacon::Node
{
public:
    using OnEvent = std::function<void(std::string_view topic, const std::string& data)>;

    SimNode(linksim::Events&, const SimChain&, std::chrono::nanoseconds origin, OnEvent);

    void request(const bridge::beacon::ApiRequest&,
                 bridge::beacon::Milliseconds timeout,
                 std::function<void(bridge::beacon::NodeReply)>) override;
    void listen(uint64_t) override {}

    const std::vector<Arrival>& arrivals() const { return arrivals_; }
    void forget_arrivals() { arrivals_.clear(); }
    const std::map<std::string, uint64_t>& requests() const { return requests_; }

private:
    void run_slot(uint64_t slot);
    bridge::beacon::ApiReply answer(const bridge::beacon::ApiRequest&);
    bridge::beacon::ApiReply get(const std::string& target);
    void take(const bridge::beacon::ApiRequest&);
    void take_attestation(const bridge::beacon::Json&);
    void arrive(const std::string& kind, uint64_t slot, size_t validator, bool right);
    double now_s() const;

    linksim::Events& events_;
    const SimChain& chain_;
    std::chrono::nanoseconds origin_;
    OnEvent on_event_;
    uint64_t head_slot_ = 0;
    std::map<uint64_t, double> head_at_s_;
    std::vector<Arrival> arrivals_;
    std::map<std::string, uint64_t> requests_;
};

} // namespace depinsat::test
