#pragma once

#include "bridge/beacon/edge.h"
#include "bridge/beacon/gateway.h"
#include "validators/carrier.h"

namespace depinsat::test {

/// What one direction of the link carried.
struct Direction {
    uint64_t bytes = 0;   ///< of packets, acknowledgements and reports included
    uint64_t packets = 0; ///< at most one in a frame
    uint64_t segments = 0, segments_repeated = 0;
    std::map<uint8_t, Load> messages; ///< by kind
};

Direction operator-(Direction now, const Direction& before);

/// The two ends of the beacon bridge with the link between them, in virtual time.
class TwoEnds
{
public:
    /// @param node  outlives this; its events go to gateway().on_event().
    TwoEnds(Events&,
            const CarrierSettings&,
            const bridge::beacon::DeadlineRules&,
            bridge::beacon::Node& node,
            uint64_t seed);

    bridge::beacon::Gateway& gateway() { return gateway_; }
    bridge::beacon::Edge& edge() { return edge_; }
    Direction down() const; ///< so far
    Direction up() const;

private:
    bridge::beacon::EdgeConfig edge_config(const bridge::beacon::DeadlineRules&) const;

    link::KeyPair user_key_ = link::generate_key_pair(),
                  gateway_key_ = link::generate_key_pair();
    CarrierEnd user_end_, gateway_end_;
    bridge::beacon::Gateway gateway_;
    bridge::beacon::Edge edge_;
};

} // namespace depinsat::test
