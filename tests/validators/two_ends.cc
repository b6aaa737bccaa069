#include "validators/two_ends.h"

namespace depinsat::test {

using namespace bridge::beacon;

namespace {

Direction direction(const CarrierEnd& sender)
{
    const link::LinkStats& stats = sender.stats();
    return {stats.packet_bytes_sent, stats.frames_filled, stats.segments_sent,
            stats.segments_repeated, sender.sent()};
}

} // namespace

Direction operator-(Direction now, const Direction& before)
{
    now.bytes -= before.bytes;
    now.packets -= before.packets;
    now.segments -= before.segments;
    now.segments_repeated -= before.segments_repeated;
    for (const auto& [kind, load] : before.messages) {
        now.messages[kind].messages -= load.messages;
        now.messages[kind].bytes -= load.bytes;
    }
    return now;
}

TwoEnds::TwoEnds(Events& events,
                 const CarrierSettings& carrier,
                 const DeadlineRules& deadlines,
                 Node& node,
                 uint64_t seed)
    : user_end_(events, carrier, true, user_key_, gateway_key_.public_key, seed),
      gateway_end_(events, carrier, false, gateway_key_, user_key_.public_key, seed + 1),
      gateway_({}, gateway_end_, node),
      edge_(edge_config(deadlines), user_end_)
{
    user_end_.connect(
        gateway_end_,
        [this](const auto& peer, const auto& m) { edge_.on_message(peer, m.kind, m.bytes); },
        [this](const auto& peer, bool up) { edge_.on_peer(peer, up); });
    gateway_end_.connect(
        user_end_,
        [this](const auto& peer, const auto& m) { gateway_.on_message(peer, m.kind, m.bytes); },
        [this](const auto& peer, bool up) { gateway_.on_peer(peer, up); });
    gateway_.start();
}

EdgeConfig TwoEnds::edge_config(const DeadlineRules& deadlines) const
{
    EdgeConfig config;
    config.gateways = {{gateway_key_.public_key}};
    config.deadlines = deadlines;
    return config;
}

Direction TwoEnds::down() const
{
    return direction(gateway_end_);
}

Direction TwoEnds::up() const
{
    return direction(user_end_);
}

} // namespace depinsat::test
