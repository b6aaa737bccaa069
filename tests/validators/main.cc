// Traffic of validators over the beacon bridge and the link, in virtual time: a simulated
// validator client and a simulated beacon node at its two ends, or recorded ones. Prints one
// line of JSON with when everything arrived at the node, and what the link carried.
#include "bridge/messages.h"
#include "validators/run.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <optional>

using namespace depinsat::test;
using depinsat::bridge::beacon::dump;
using depinsat::bridge::beacon::Json;

namespace {

struct Options {
    RunSettings run;
    double delay_ms = 250;
    std::string recording; ///< empty: simulated
    std::optional<double> attestation_due_s, aggregate_due_s;
    bool list = false;
};

void declare_time(CLI::App& app, Options& options)
{
    TrafficSettings& traffic = options.run.traffic;
    const auto in_slot = CLI::Range(0.1, 11.9);
    app.add_flag("--gloas", traffic.gloas,
                 "the fork has come: due after 3 and 6 s, not 4 and 8");
    app.add_option("--attestation-due", options.attestation_due_s, "s into the slot")
        ->check(in_slot);
    app.add_option("--aggregate-due", options.aggregate_due_s, "s into the slot")
        ->check(in_slot);
    app.add_option("--block-at", traffic.block_at_s, "s into the slot")
        ->check(CLI::Range(0.0, 11.0));
    app.add_option("--miss-of", traffic.miss_of, "one slot of so many has no block; 0: none");
    app.add_option("--signing", traffic.signing_s, "s that the client takes to sign");
    app.add_option("--warm-slots", options.run.warm_slots, "before anything is counted");
    app.add_option("--slots", options.run.measured_slots)->check(CLI::PositiveNumber);
}

void declare(CLI::App& app, Options& options)
{
    RunSettings& settings = options.run;
    TrafficSettings& traffic = settings.traffic;
    CarrierSettings& carrier = settings.carrier;
    app.add_option("--validators", traffic.validators)->check(CLI::Range(1, 64));
    app.add_option("--rate", carrier.bits_per_second, "bit/s of data fields, either way")
        ->check(CLI::Range(1000.0, 1e9));
    app.add_option("--frame-bytes", carrier.frame_bytes)->check(CLI::Range(126, 8000));
    app.add_option("--delay-ms", options.delay_ms, "one way")->check(CLI::Range(1.0, 3000.0));
    app.add_option("--loss", carrier.loss, "share of frames")->check(CLI::Range(0.0, 0.9));
    app.add_flag("--sync,!--no-sync", traffic.sync_duty,
                 "every validator is in the sync committee (default)");
    app.add_option("--aggregate-of", traffic.aggregate_of, "one duty of so many aggregates")
        ->check(CLI::PositiveNumber);
    app.add_flag("--today", traffic.today, "Electra and v2 of the API");
    app.add_flag("--ssz", traffic.ssz, "attestations as SSZ (with --today)");
    app.add_option("--seed", traffic.seed);
    app.add_flag(
        "--list", options.list,
        "also every arrival: kind, slot, validator, s into the slot, s after its head");
    app.add_option(
           "--replay", options.recording,
           "a recorded client instead, one exchange a line in JSON; only what is said of "
           "the link counts then")
        ->check(CLI::ExistingFile);
}

void set_deadlines(Options& options)
{
    TrafficSettings& traffic = options.run.traffic;
    auto& due = traffic.gloas ? traffic.deadlines.gloas : traffic.deadlines.before_gloas;
    const auto set = [](std::optional<double> from, std::chrono::milliseconds& to) {
        if (from)
            to = std::chrono::milliseconds(int64_t(*from * 1000));
    };
    set(options.attestation_due_s, due.attestation);
    set(options.aggregate_due_s, due.aggregate);
}

Json times(const std::vector<double>& sorted)
{
    if (sorted.empty())
        return nullptr;
    return {{"count", sorted.size()},
            {"median_s", sorted[sorted.size() / 2]},
            {"p95_s", sorted[size_t(double(sorted.size()) * 0.95)]},
            {"max_s", sorted.back()}};
}

std::string name_of(uint8_t kind)
{
    constexpr std::string_view names[] = {"request", "answer", "submission", "verdict",
                                          "news",    "hello",  "event",      "state"};
    return std::string(names[kind - depinsat::bridge::kBeaconRequest]);
}

Json carried(const Direction& direction, double seconds)
{
    Json json{{"bit_per_s", 8 * double(direction.bytes) / seconds},
              {"bytes", direction.bytes},
              {"packets", direction.packets},
              {"segments", direction.segments},
              {"segments_repeated", direction.segments_repeated}};
    for (const auto& [kind, load] : direction.messages)
        json["messages"][name_of(kind)] = {{"count", load.messages}, {"bytes", load.bytes}};
    return json;
}

Json report(const RunResult& result, bool list)
{
    Json json;
    json["duties"] = result.duties;
    for (const char* kind : {"attestation", "sync", "aggregate", "contribution"})
        json[kind] = {{"after_head", times(result.after_head(kind))},
                      {"into_slot", times(result.into_slot(kind))}};
    json["all_right"] = result.all_right();
    json["client_errors"] = result.client_errors;
    if (result.client_errors > 0)
        json["last_error"] = result.last_error;
    json["seconds"] = result.seconds;
    json["down"] = carried(result.down, result.seconds);
    json["up"] = carried(result.up, result.seconds);
    json["edge"] = {{"requests", result.edge.requests}, {"local", result.edge.local}};
    for (const auto& [path, count] : result.node_requests)
        json["node_requests"][path] = count;
    for (const Arrival& arrival : result.arrivals)
        if (list)
            json["arrivals"].push_back({arrival.kind, arrival.slot, arrival.validator,
                                        arrival.into_slot_s, arrival.after_head_s});
    return json;
}

} // namespace

int main(int argc, char** argv)
{
    Options options;
    CLI::App app("validator_traffic: validators over the beacon bridge, in virtual time");
    declare(app, options);
    declare_time(app, options);
    CLI11_PARSE(app, argc, argv);
    set_deadlines(options);
    options.run.carrier.delay = depinsat::link::Time(int64_t(options.delay_ms * 1e6));
    RunResult result;
    try {
        result = options.recording.empty() ? run(options.run)
                                           : replay(options.recording, options.run.carrier);
    } catch (const std::runtime_error& error) {
        std::cerr << "validator_traffic: " << error.what() << '\n';
        return 1;
    }
    std::cout << dump(report(result, options.list)) << '\n';
    const bool whole = result.after_head("attestation").size() == result.duties;
    return whole && result.all_right() ? 0 : 1;
}
