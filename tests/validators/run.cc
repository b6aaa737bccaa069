#include "validators/run.h"

#include <algorithm>

namespace depinsat::test {
namespace {

using namespace bridge::beacon;
using namespace std::chrono_literals;

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

TrafficWorld::TrafficWorld(const RunSettings& settings)
    : chain(settings.traffic),
      carrier(settings.carrier),
      node(events,
           chain,
           carrier.origin = chain.chain().start_of(kFirstSlot),
           [this](std::string_view topic, const auto& data) {
               ends.gateway().on_event(topic, data);
           }),
      ends(events, carrier, chain.deadlines(), node, settings.traffic.seed),
      client(events, chain, carrier.origin, ends.edge())
{
    events.at(10s, [this] { client.start(); });
}

void TrafficWorld::run_to(uint64_t slot)
{
    const auto until = chain.chain().start_of(slot) - carrier.origin;
    while (events.step(until)) {
    }
}

RunResult run(const RunSettings& settings)
{
    TrafficWorld world(settings);
    const SimChain& chain = world.chain;
    const SimNode& node = world.node;
    const SimClient& client = world.client;
    TwoEnds& both = world.ends;
    const uint64_t first = TrafficWorld::kFirstSlot + settings.warm_slots;
    const uint64_t end = first + settings.measured_slots;
    world.run_to(first);
    const Direction down = both.down(), up = both.up();
    const uint64_t errors = client.errors();
    world.run_to(end);
    RunResult result;
    result.down = both.down() - down;
    result.up = both.up() - up;
    world.run_to(end + 1); // what is on its way
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
    result.edge = both.edge().counters();
    result.node_requests = node.requests();
    return result;
}

} // namespace depinsat::test
