// Traffic of validators over the beacon bridge and the link, in virtual time: a simulated
// validator client and a simulated beacon node at its two ends. Prints one line of JSON with
// when everything arrived at the node, and what the link carried.
#include "bridge/messages.h"
#include "validators/run.h"

#include <CLI/CLI.hpp>

#include <iostream>

using namespace depinsat::test;
using depinsat::bridge::beacon::dump;
using depinsat::bridge::beacon::Json;

namespace {

void declare(CLI::App& app, RunSettings& settings, double& delay_ms, bool& list)
{
    TrafficSettings& traffic = settings.traffic;
    CarrierSettings& carrier = settings.carrier;
    app.add_option("--validators", traffic.validators)->check(CLI::Range(1, 64));
    app.add_option("--rate", carrier.bits_per_second, "bit/s of data fields, either way")
        ->check(CLI::Range(1000.0, 1e9));
    app.add_option("--frame-bytes", carrier.frame_bytes)->check(CLI::Range(126, 8000));
    app.add_option("--delay-ms", delay_ms, "one way")->check(CLI::Range(1.0, 3000.0));
    app.add_option("--loss", carrier.loss, "share of frames")->check(CLI::Range(0.0, 0.9));
    app.add_flag("--sync,!--no-sync", traffic.sync_duty,
                 "every validator is in the sync committee (default)");
    app.add_option("--aggregate-of", traffic.aggregate_of, "one duty of so many aggregates")
        ->check(CLI::PositiveNumber);
    app.add_option("--block-at", traffic.block_at_s, "s into the slot")
        ->check(CLI::Range(0.0, 11.0));
    app.add_option("--miss-of", traffic.miss_of, "one slot of so many has no block; 0: none");
    app.add_flag("--today", traffic.today, "Electra and v2 of the API");
    app.add_flag("--ssz", traffic.ssz, "attestations as SSZ (with --today)");
    app.add_option("--signing", traffic.signing_s, "s that the client takes to sign");
    app.add_option("--warm-slots", settings.warm_slots, "before anything is counted");
    app.add_option("--slots", settings.measured_slots)->check(CLI::PositiveNumber);
    app.add_option("--seed", traffic.seed);
    app.add_flag("--list", list, "also every arrival");
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
    RunSettings settings;
    double delay_ms = 250;
    bool list = false;
    CLI::App app("validator_traffic: validators over the beacon bridge, in virtual time");
    declare(app, settings, delay_ms, list);
    CLI11_PARSE(app, argc, argv);
    settings.carrier.delay = depinsat::link::Time(int64_t(delay_ms * 1e6));
    const RunResult result = run(settings);
    std::cout << dump(report(result, list)) << '\n';
    const bool whole = result.after_head("attestation").size() == result.duties;
    return whole && result.all_right() ? 0 : 1;
}
