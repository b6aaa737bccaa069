#include "fec/ldpc_schedule.h"

#include "fec/ldpc_layers.h"

#include <algorithm>
#include <cassert>

namespace depinsat::fec {
namespace {

/// Layers of the whole code, repeating edges last.
std::vector<std::vector<LdpcEdge>> ordered_layers(const LdpcCode& code)
{
    auto layers = information_layers(code);
    const auto first_parity = uint16_t(code.rows.size());
    for (unsigned j = 0; j < code.q; ++j) {
        auto& layer = layers[j];
        layer.push_back({uint16_t(first_parity + j), 0, false});
        layer.push_back(j == 0 ? LdpcEdge{uint16_t(first_parity + code.q - 1), 1, false}
                               : LdpcEdge{uint16_t(first_parity + j - 1), 0, false});
        for (auto edge = layer.begin(); edge != layer.end(); ++edge)
            edge->shared = std::any_of(layer.begin(), edge, [&](const LdpcEdge& before) {
                return before.group == edge->group;
            });
        std::ranges::stable_partition(layer, [](const LdpcEdge& edge) { return !edge.shared; });
        assert(layer.size() <= kMaxDegree);
    }
    return layers;
}

/// A group in rotation r has bit (t - r) mod 360 in lane t.
LdpcColumns columns(const LdpcEdge& edge, unsigned rotation)
{
    LdpcColumns result{};
    for (size_t c = 0; c < kColumns; ++c)
        result.at[c] =
            uint32_t(edge.group * kPaddedGroup +
                     (rotation + kLdpcGroup - edge.shift + c * kColumn) % kLdpcGroup);
    return result;
}

} // namespace

LdpcSchedule::LdpcSchedule(const LdpcCode& code) : rotations(code.n / kLdpcGroup)
{
    const auto all = ordered_layers(code);
    for (const auto& layer : all)
        for (const LdpcEdge& edge : layer)
            rotations[edge.group] = edge.shift; // of the last use, in the end
    for (const auto& layer : all)
        for (const LdpcEdge& edge : layer)
            checks.push_back(columns(edge, rotations[edge.group]));

    for (const auto& layer : all) {
        const auto plain = uint32_t(std::ranges::count(layer, false, &LdpcEdge::shared));
        const bool has_last_group = &layer == &all.front() || &layer == &all.back();
        layers.push_back({uint32_t(groups.size()), uint32_t(layer.size()), plain,
                          has_last_group ? plain : plain - 2});
        for (size_t c = 0; c < kColumns; ++c)
            for (const LdpcEdge& edge : layer)
                loads.push_back(columns(edge, rotations[edge.group]).at[c]);
        for (const LdpcEdge& edge : layer) {
            groups.push_back(uint32_t(edge.group * kPaddedGroup));
            if (edge.shared)
                repeats.push_back(columns(edge, rotations[edge.group]));
            rotations[edge.group] = edge.shift;
        }
    }
    assert(rotations.back() == 0);
}

} // namespace depinsat::fec
