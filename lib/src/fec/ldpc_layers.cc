#include "fec/ldpc_layers.h"

#include <algorithm>

namespace depinsat::fec {

std::vector<std::vector<LdpcEdge>> information_layers(const LdpcCode& code)
{
    std::vector<std::vector<LdpcEdge>> layers(code.q);
    for (size_t group = 0; group < code.rows.size(); ++group)
        for (const unsigned address : code.rows[group])
            layers[address % code.q].push_back(
                {uint16_t(group), uint16_t(address / code.q), false});
    for (auto& layer : layers)
        for (auto& edge : layer)
            edge.shared = std::ranges::count(layer, edge.group, &LdpcEdge::group) > 1;
    return layers;
}

} // namespace depinsat::fec
