#pragma once

#include "bridge/upstream_choice.h"

#include "depinsat/link/link.h"

#include <map>
#include <string>

namespace depinsat::bridge::solana {

/// How Solana's nodes on the ordinary connection are judged: by turns by what they say of
/// themselves (getHealth: not too far behind the cluster) and by their slot (getSlot), which
/// must have risen within `upstream.max_head_age_s`. A slot takes 0.4 s.
class Probe
{
public:
    NodeRequest request(const config::Upstream&);
    bool is_good(const config::Upstream&, const HttpResult&, link::Time now);

private:
    struct Node {
        bool asks_slot = false; ///< this time
        uint64_t slot = 0;
        link::Time risen{};
    };
    std::map<std::string, Node> nodes_; ///< by URL
};

/// With a Probe of their own.
UpstreamChoice::Checks checks();

} // namespace depinsat::bridge::solana
