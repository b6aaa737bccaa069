#include "validators/run.h"

#include <algorithm>

namespace depinsat::test {
namespace {

using namespace bridge::beacon;
using namespace std::chrono_literals;

constexpr uint64_t kFirstSlot = 3 * 32 - 2;

template <class Value>
std::vector<double>
sorted(const std::vector<Arrival>& arrivals, const std::string& kind, Value value)
{
    std::vector<double> all;
    for (const Arrival& arrival : arrivals)
        if (arrival.kind == kind)
            all.push_back(arrival.*value);
    std::ranges::sort(all);
    return all;
}

Direction direction(const CarrierEnd& sender)
{
    const link::LinkStats& stats = sender.stats();
    return {stats.packet_bytes_sent, stats.frames_filled, stats.segments_sent,
            stats.segments_repeated, sender.sent()};
}

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

} // namespace

std::vector<double> RunResult::after_head(const std::string& kind) const
{
    return sorted(arrivals, kind, &Arrival::after_head_s);
}

std::vector<double> RunResult::into_slot(const std::string& kind) const
{
    return sorted(arrivals, kind, &Arrival::into_slot_s);
}

bool RunResult::all_right() const
{
    return std::ranges::all_of(arrivals, &Arrival::right);
}

RunResult run(const RunSettings& settings)
{
    linksim::Events events;
    const SimChain chain(settings.traffic);
    CarrierSettings carrier = settings.carrier;
    carrier.origin = chain.chain().start_of(kFirstSlot);
    const link::KeyPair user_key = link::generate_key_pair(),
                        gateway_key = link::generate_key_pair();
    CarrierEnd user_end(events, carrier, true, user_key, gateway_key.public_key,
                        settings.traffic.seed);
    CarrierEnd gateway_end(events, carrier, false, gateway_key, user_key.public_key,
                           settings.traffic.seed + 1);
    Gateway* gateway_here = nullptr;
    SimNode node(events, chain, carrier.origin, [&](std::string_view topic, const auto& data) {
        gateway_here->on_event(topic, data);
    });
    Gateway gateway({}, gateway_end, node);
    gateway_here = &gateway;
    EdgeConfig edge_config;
    edge_config.gateways = {{gateway_key.public_key}};
    Edge edge(edge_config, user_end);
    user_end.connect(
        gateway_end,
        [&](const auto& peer, const auto& m) { edge.on_message(peer, m.kind, m.bytes); },
        [&](const auto& peer, bool up) { edge.on_peer(peer, up); });
    gateway_end.connect(
        user_end,
        [&](const auto& peer, const auto& m) { gateway.on_message(peer, m.kind, m.bytes); },
        [&](const auto& peer, bool up) { gateway.on_peer(peer, up); });
    gateway.start();
    SimClient client(events, chain, carrier.origin, edge);
    events.at(10s, [&] { client.start(); });

    const auto run_to = [&](uint64_t slot) {
        const auto until = chain.chain().start_of(slot) - carrier.origin;
        while (events.step(until)) {
        }
    };
    const uint64_t first = kFirstSlot + settings.warm_slots;
    const uint64_t end = first + settings.measured_slots;
    run_to(first);
    const Direction down = direction(gateway_end), up = direction(user_end);
    const uint64_t errors = client.errors();
    run_to(end);
    RunResult result;
    result.down = direction(gateway_end) - down;
    result.up = direction(user_end) - up;
    run_to(end + 1); // what is on its way
    result.seconds = std::chrono::duration<double>(chain.chain().slot_time).count() *
                     double(settings.measured_slots);
    result.client_errors = client.errors() - errors;
    result.last_error = client.last_error();
    for (const Arrival& arrival : node.arrivals())
        if (arrival.slot >= first && arrival.slot < end)
            result.arrivals.push_back(arrival);
    for (size_t i = 0; i < settings.traffic.validators; ++i)
        for (uint64_t epoch = first / 32; epoch <= end / 32; ++epoch) {
            const uint64_t slot = chain.duty_slot(i, epoch);
            result.duties += slot >= first && slot < end;
        }
    result.edge = edge.counters();
    result.node_requests = node.requests();
    return result;
}

} // namespace depinsat::test
