#include "config/addresses.h"
#include "config/toml_reader.h"
#include "space/satellite.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>

namespace {

std::atomic<bool> stop_asked = false, reload_asked = false;
static_assert(std::atomic<bool>::is_always_lock_free); // set by a signal

void on_signal(int number)
{
    (number == SIGHUP ? reload_asked : stop_asked) = true;
}

struct Options {
    std::string config, status_file;
    bool check = false, fast = false, patient = false;
};

depinsat::config::Satellite read_plan(const Options& options)
{
    auto plan = depinsat::config::read_satellite(options.config);
    if (!options.status_file.empty())
        plan.status_file = options.status_file;
    return plan;
}

/// What is wrong with the file is told; then everything stays as it was.
void reload(depinsat::space::Satellite& satellite, const Options& options)
{
    try {
        satellite.disturb(read_plan(options));
        std::fprintf(stderr, "depinsat-sat: fades and losses were read again\n");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "depinsat-sat: nothing is changed: %s\n", error.what());
    }
}

int run(const Options& options)
{
    const auto plan = read_plan(options);
    if (options.check) {
        std::printf("%s: %zu stations, %zu paths\n", options.config.c_str(),
                    plan.stations.size(), plan.paths.size());
        return 0;
    }
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        std::signal(number, on_signal);
    if (plan.runtime_directory)
        depinsat::config::make_runtime_directory(*plan.runtime_directory);
    zmq::context_t context;
    using depinsat::space::Pace;
    depinsat::space::Satellite satellite(context, plan,
                                         options.fast      ? Pace::kAsFastAsPossible
                                         : options.patient ? Pace::kPatient
                                                           : Pace::kRealTime);
    std::fprintf(stderr, "depinsat-sat: %zu stations, %zu paths, %.0f samples/s\n",
                 plan.stations.size(), plan.paths.size(), plan.sample_rate_hz);
    try {
        satellite.run(stop_asked, [&] {
            if (reload_asked.exchange(false))
                reload(satellite, options);
        });
    } catch (const std::exception& error) {
        std::fprintf(stderr, "depinsat-sat: ended: %s\n", error.what());
        return 1;
    }
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app("The simulated satellite: carries the samples of stations to each other.");
    Options options;
    app.add_option("--config", options.config, "satellite.toml: stations, frequencies, delays")
        ->required();
    app.add_flag("--check", options.check, "only check the configuration");
    app.add_option(
        "--status-file", options.status_file,
        "counters as JSON, written once a second; instead of [satellite] status_file");
    auto* fast =
        app.add_flag("--as-fast-as-possible", options.fast,
                     "wait for every station instead of the clock; for tests of samples only");
    app.add_flag("--patient", options.patient,
                 "the clock, but wait for stations that are late; for tests on busy machines")
        ->excludes(fast);
    try {
        app.parse(argc, argv);
        return run(options);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) // --help
            return app.exit(error);
        std::fprintf(stderr, "depinsat-sat: %s; see --help\n", error.what());
    } catch (const depinsat::config::ConfigError& error) {
        std::fprintf(stderr, "depinsat-sat: %s\n", error.what());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "depinsat-sat: %s: %s\n", options.config.c_str(), error.what());
    }
    return 2;
}
