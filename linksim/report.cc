#include "linksim/report.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace depinsat::linksim {
namespace {

using Json = nlohmann::ordered_json;
using link::Class;
using link::Outcome;

double seconds(Time time)
{
    return std::chrono::duration<double>(time).count();
}

/// Seconds from send() to the receiver's user, of messages sent from measured_from on; those
/// that did not arrive count as infinitely late.
std::vector<double> latencies(const Simulation& simulation, Class c)
{
    std::vector<double> all;
    const Time settled = simulation.now() - std::chrono::seconds(60);
    for (const auto& r : simulation.ledger().records())
        if (r.message_class == c && r.sent >= simulation.scenario().measured_from)
            if (r.received || r.sent < settled)
                all.push_back(r.received ? seconds(*r.received - r.sent)
                                         : std::numeric_limits<double>::infinity());
    std::ranges::sort(all);
    return all;
}

/// Not a number, which JSON calls null, if there is none.
double percentile(const std::vector<double>& sorted, double percent)
{
    if (sorted.empty())
        return std::numeric_limits<double>::quiet_NaN();
    const auto rank = size_t(std::ceil(percent / 100 * double(sorted.size())));
    return sorted[std::clamp<size_t>(rank, 1, sorted.size()) - 1];
}

double efficiency(const Simulation& simulation)
{
    uint64_t bytes = 0;
    for (const auto& r : simulation.ledger().records())
        bytes += r.received && *r.received >= simulation.scenario().measured_from ? r.bytes : 0;
    const auto frames =
        simulation.traffic().up.frame_bytes - simulation.traffic_before().up.frame_bytes;
    return double(bytes) / double(frames);
}

double idle_rate(const Simulation& simulation)
{
    const auto now = simulation.traffic();
    const auto& before = simulation.traffic_before();
    const uint64_t bytes =
        now.up.used_bytes - before.up.used_bytes + now.down.used_bytes - before.down.used_bytes;
    return 8 * double(bytes) / seconds(simulation.now() - simulation.scenario().measured_from);
}

double share_done(const Simulation& simulation, Class c)
{
    uint64_t done = 0, told = 0;
    for (const auto& r : simulation.ledger().records()) {
        told += r.message_class == c && r.outcome;
        done += r.message_class == c && r.outcome == Outcome::kDone;
    }
    return double(done) / double(told);
}

double kept_promises(const Simulation& simulation)
{
    uint64_t accepted = 0, received = 0;
    for (const auto& r : simulation.ledger().records()) {
        const bool counts = r.accepted && r.deadline > simulation.now();
        accepted += counts;
        received += counts && r.received;
    }
    return double(received) / double(accepted);
}

double value_of(const Figure& figure, const Simulation& simulation, double cpu_seconds)
{
    switch (figure.quantity) {
    case Quantity::kEfficiencyUp:
        return efficiency(simulation);
    case Quantity::kIdleRate:
        return idle_rate(simulation);
    case Quantity::kLatency:
        return percentile(latencies(simulation, figure.message_class), figure.percentile);
    case Quantity::kDone:
        return share_done(simulation, figure.message_class);
    case Quantity::kRealTime:
        return seconds(simulation.now()) / cpu_seconds;
    case Quantity::kCrashes:
        return double(simulation.crashes());
    case Quantity::kKeptPromises:
        return kept_promises(simulation);
    case Quantity::kClockError:
        return seconds(simulation.clocks().error());
    case Quantity::kClockBound:
        return seconds(simulation.clocks().bound());
    case Quantity::kUnixError:
        return seconds(simulation.clocks().unix_error());
    case Quantity::kOutOfBound:
        return double(simulation.clocks().out_of_bound());
    case Quantity::kDroppedLate: {
        const auto traffic = simulation.traffic();
        return double(traffic.users.messages_dropped_late +
                      traffic.gateway.messages_dropped_late);
    }
    case Quantity::kRepeated: {
        const auto traffic = simulation.traffic();
        return double(traffic.users.segments_repeated) / double(traffic.users.segments_sent);
    }
    case Quantity::kPeerBytes:
        break;
    }
    return simulation.peer_bytes();
}

std::string name_of(const Figure& figure)
{
    switch (figure.quantity) {
    case Quantity::kEfficiencyUp:
        return "efficiency_up";
    case Quantity::kIdleRate:
        return "idle_bits_per_second";
    case Quantity::kLatency: {
        char text[64];
        std::snprintf(text, sizeof(text), "latency_s_p%g_%s", figure.percentile,
                      linksim::name_of(figure.message_class));
        return text;
    }
    case Quantity::kDone:
        return std::string("share_done_") + linksim::name_of(figure.message_class);
    case Quantity::kRealTime:
        return "simulated_seconds_per_second";
    case Quantity::kCrashes:
        return "crashes";
    case Quantity::kKeptPromises:
        return "share_accepted_received";
    case Quantity::kClockError:
        return "link_time_error_s";
    case Quantity::kClockBound:
        return "link_time_bound_s";
    case Quantity::kUnixError:
        return "unix_time_error_s";
    case Quantity::kOutOfBound:
        return "samples_out_of_bound";
    case Quantity::kDroppedLate:
        return "messages_dropped_late";
    case Quantity::kRepeated:
        return "share_repeated_up";
    case Quantity::kPeerBytes:
        break;
    }
    return "bytes_per_peer";
}

Json class_json(const Simulation& simulation, Class c)
{
    uint64_t taken = 0, received = 0, bytes = 0, outcomes[3] = {};
    for (const auto& r : simulation.ledger().records()) {
        if (r.message_class != c)
            continue;
        ++taken;
        received += r.received.has_value();
        bytes += r.received ? r.bytes : 0;
        if (r.outcome)
            ++outcomes[size_t(*r.outcome)];
    }
    const auto times = latencies(simulation, c);
    return {{"taken", taken},
            {"refused", simulation.ledger().refusals(c)},
            {"done", outcomes[size_t(Outcome::kDone)]},
            {"not_done", outcomes[size_t(Outcome::kNotDone)]},
            {"unknown", outcomes[size_t(Outcome::kUnknown)]},
            {"received", received},
            {"received_bytes", bytes},
            {"latency_s",
             {{"p50", percentile(times, 50)},
              {"p99", percentile(times, 99)},
              {"p99.9", percentile(times, 99.9)},
              {"max", percentile(times, 100)}}}};
}

Json direction_json(const Direction& d, const Station::Totals& t, const link::LinkStats& s)
{
    return {{"bits_per_second", d.bits_per_second},
            {"frame_bytes", d.frame_bytes},
            {"loss", d.loss.share},
            {"mean_burst_frames", d.loss.mean_burst_frames},
            {"frames", t.frames},
            {"packet_bytes", s.packet_bytes_sent},
            {"segments", s.segments_sent},
            {"segments_repeated", s.segments_repeated},
            {"duplicates_sent", nullptr}};
}

Json violations_json(const Ledger::Violations& v)
{
    return {{"doubled", v.doubled},         {"late", v.late},
            {"damaged", v.damaged},         {"lost", v.lost},
            {"done_anyway", v.done_anyway}, {"told_twice", v.told_twice},
            {"not_told", v.not_told}};
}

} // namespace

Report report(const Simulation& simulation, uint64_t seed, double cpu_seconds)
{
    const Scenario& scenario = simulation.scenario();
    const auto traffic = simulation.traffic();
    Report report;
    Json& json = report.json;
    json["scenario"] = scenario.name;
    json["seed"] = seed;
    json["users"] = scenario.users;
    json["simulated_s"] = seconds(simulation.now());
    json["cpu_s"] = cpu_seconds;
    json["delay_s"] = seconds(scenario.delay);
    json["up"] = direction_json(scenario.up, traffic.up, traffic.users);
    json["up"]["duplicates_sent"] = traffic.gateway.duplicates;
    json["down"] = direction_json(scenario.down, traffic.down, traffic.gateway);
    json["down"]["duplicates_sent"] = traffic.users.duplicates;
    for (size_t c = 0; c < link::kClasses; ++c)
        if (const Json one = class_json(simulation, Class(c));
            one["taken"] != 0 || one["refused"] != 0)
            json["classes"][linksim::name_of(Class(c))] = one;
    const auto violations = simulation.violations();
    // Who is given back an older journal may lose and double, and nothing else.
    const uint64_t excused = scenario.old_journals ? violations.doubled + violations.lost : 0;
    report.nothing_wrong = violations.all() == excused;
    report.nothing_wrong &= simulation.frames_outside() == 0;
    json["violations"] = violations_json(violations);
    json["violations"]["frames_outside_of_passes"] = simulation.frames_outside();
    if (const auto& nonces = simulation.nonces()) {
        report.nothing_wrong &= nonces->repeated() == 0;
        json["nonces"] = {{"sealed", nonces->sealed()}, {"repeated", nonces->repeated()}};
    }
    json["figures"] = Json::array();
    for (const Figure& figure : scenario.figures) {
        const double value = value_of(figure, simulation, cpu_seconds);
        const bool met = figure.at_least ? value >= figure.bound : value <= figure.bound;
        report.figures_met &= met;
        json["figures"].push_back({{"name", name_of(figure)},
                                   {figure.at_least ? "at_least" : "at_most", figure.bound},
                                   {"reached", value},
                                   {"met", met}});
    }
    return report;
}

} // namespace depinsat::linksim
