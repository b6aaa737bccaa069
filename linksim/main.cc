#include "linksim/broadcast.h"
#include "linksim/report.h"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <utility>

namespace {

using namespace depinsat::linksim;

/// Of virtual time, after which a signal is heard: little work, whatever the scenario.
constexpr Time kStep = std::chrono::seconds(1);

std::atomic<bool> stop_asked = false;
static_assert(std::atomic<bool>::is_always_lock_free); // set by a signal

void ask_to_stop(int)
{
    stop_asked = true;
}

struct Options {
    std::string scenario;
    uint64_t seed = 1;
    std::optional<double> duration_s, delay_ms, rate, loss, burst;
    std::optional<size_t> frame_bytes, users;
    std::vector<std::string> outages;
};

Time time_of(double seconds)
{
    return Time(int64_t(seconds * 1e9));
}

Outage outage_of(const std::string& text)
{
    double start = 0, length = 0;
    char rest = 0;
    if (std::sscanf(text.c_str(), "%lf,%lf%c", &start, &length, &rest) != 2 || !(start >= 0) ||
        !(length > 0) || start > 1e8 || length > 1e8)
        throw std::invalid_argument("--outage: START,LENGTH in seconds, such as 60,30; not " +
                                    text);
    return {time_of(start), time_of(length)};
}

Scenario scenario_of(const Options& options)
{
    Scenario s = find_scenario(options.scenario);
    if (options.duration_s)
        s.duration = time_of(*options.duration_s);
    if (options.delay_ms)
        s.delay = time_of(*options.delay_ms / 1000);
    for (Direction* d : {&s.up, &s.down}) {
        d->bits_per_second = options.rate.value_or(d->bits_per_second);
        d->frame_bytes = options.frame_bytes.value_or(d->frame_bytes);
        d->loss.share = options.loss.value_or(d->loss.share);
        d->loss.mean_burst_frames = options.burst.value_or(d->loss.mean_burst_frames);
    }
    s.users = options.users.value_or(s.users);
    if (s.users > 4000)
        throw std::invalid_argument("--users: at most 4000 but for broadcast");
    if (!options.outages.empty())
        s.outages.clear();
    for (const std::string& text : options.outages)
        s.outages.push_back(outage_of(text));
    if (s.measured_from >= s.duration)
        throw std::invalid_argument("--duration: longer than " +
                                    std::to_string(s.measured_from / std::chrono::seconds(1)) +
                                    " s, from when on the scenario is measured");
    return s;
}

/// CLI::Range lets what is not a number pass.
void refuse_nan(const Options& o)
{
    for (const auto& value : {o.duration_s, o.delay_ms, o.rate, o.loss, o.burst})
        if (value && std::isnan(*value))
            throw std::invalid_argument("nan is no value of an option");
}

int finish(const Report& result)
{
    std::puts(result.json.dump().c_str());
    return result.figures_met && result.nothing_wrong ? 0 : 1;
}

int run_broadcast(const Options& options)
{
    if (options.duration_s || options.delay_ms || !options.outages.empty())
        throw std::invalid_argument("broadcast: --duration, --delay-ms and --outage are of the "
                                    "other scenarios");
    Broadcast b;
    b.receivers = options.users.value_or(b.receivers);
    b.down.bits_per_second = options.rate.value_or(b.down.bits_per_second);
    b.down.frame_bytes = options.frame_bytes.value_or(b.down.frame_bytes);
    b.down.loss.share = options.loss.value_or(b.down.loss.share);
    b.down.loss.mean_burst_frames = options.burst.value_or(b.down.loss.mean_burst_frames);
    const bool terminal = isatty(STDERR_FILENO) == 1;
    const Report result = depinsat::linksim::run_broadcast(b, options.seed, [&](size_t done) {
        if (terminal && done % 16 == 0)
            std::fprintf(stderr, "\r%2zu %%", 100 * done / b.receivers);
        return !stop_asked;
    });
    if (terminal)
        std::fputc('\r', stderr);
    return finish(result);
}

int run(const Options& options)
{
    refuse_nan(options);
    if (options.scenario == Broadcast::kName) {
        std::signal(SIGINT, ask_to_stop);
        std::signal(SIGTERM, ask_to_stop);
        return run_broadcast(options);
    }
    Simulation simulation(scenario_of(options), options.seed);
    std::signal(SIGINT, ask_to_stop);
    std::signal(SIGTERM, ask_to_stop);
    const bool terminal = isatty(STDERR_FILENO) == 1;
    const std::clock_t start = std::clock();
    int told = -1;
    for (Time until = kStep; simulation.run(until) && !stop_asked; until += kStep)
        if (const int percent = int(until / (simulation.scenario().duration / 100));
            terminal && percent != std::exchange(told, percent))
            std::fprintf(stderr, "\r%2d %%", percent);
    if (terminal)
        std::fputc('\r', stderr);
    const double took = double(std::clock() - start) / CLOCKS_PER_SEC;
    return finish(report(simulation, options.seed, took));
}

void describe(CLI::App& app, Options& options)
{
    app.add_option("scenario", options.scenario, "one of those below")->required();
    app.add_option("--seed", options.seed, "of losses and traffic; default 1");
    app.add_option("--duration", options.duration_s, "seconds of virtual time")
        ->check(CLI::Range(1.0, 1e8));
    app.add_option("--users", options.users, "user stations; of broadcast, receivers")
        ->check(CLI::Range(size_t(1), size_t(100000)));
    app.add_option("--bits-per-second", options.rate, "of data fields, both ways")
        ->check(CLI::Range(300.0, 1e9));
    app.add_option("--frame-bytes", options.frame_bytes, "of a data field, both ways")
        ->check(CLI::Range(size_t(150), size_t(8000)));
    app.add_option("--delay-ms", options.delay_ms, "one way")->check(CLI::Range(0.0, 1e5));
    app.add_option("--loss", options.loss, "share of the frames, both ways")
        ->check(CLI::Range(0.0, 0.9));
    app.add_option("--burst", options.burst, "mean length of losses in frames; 1: at random")
        ->check(CLI::Range(1.0, 1e5));
    app.add_option("--outage", options.outages,
                   "START,LENGTH in seconds, instead of the scenario's; may be repeated");
    std::string footer = "Scenarios:";
    for (const Scenario& s : scenarios())
        footer += "\n  " + s.name + std::string(16 - s.name.size(), ' ') + s.about;
    footer +=
        std::string("\n  ") + Broadcast::kName + std::string(16 - 9, ' ') + Broadcast::kAbout;
    app.footer(footer);
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app("The link in virtual time: user stations and a gateway over paths that lose "
                 "frames. Prints one line of JSON. Exit status 1: a figure of the scenario was "
                 "missed or an invariant broken; 2: bad input.");
    Options options;
    describe(app, options);
    try {
        app.parse(argc, argv);
        return run(options);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) // --help
            return app.exit(error);
        std::fprintf(stderr, "depinsat-linksim: %s; see --help\n", error.what());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "depinsat-linksim: %s\n", error.what());
    }
    return 2;
}
