#include "fer/simulation.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <limits>

namespace {

using depinsat::fer::Simulation;
using Clock = std::chrono::steady_clock;

std::atomic<bool> stop_asked = false;
static_assert(std::atomic<bool>::is_always_lock_free); // set by a signal

void ask_to_stop(int)
{
    stop_asked = true;
}

struct Options {
    std::string code, modcod, frame_size = "normal";
    double esn0_db = 0, llr_scale_db = 0;
    uint64_t frames = 0, seed = 1;
    unsigned iterations = 50;
};

/// One line, rewritten twice a second, on a terminal only.
class Progress
{
public:
    ~Progress()
    {
        if (shown_)
            std::fputc('\n', stderr);
    }

    void show(const Simulation::Counts& counts, uint64_t frames)
    {
        const auto now = Clock::now();
        if (!terminal_ || now < next_)
            return;
        next_ = now + std::chrono::milliseconds(500);
        shown_ = true;
        std::fprintf(stderr, "\r%llu of %llu frames, %llu lost",
                     static_cast<unsigned long long>(counts.frames),
                     static_cast<unsigned long long>(frames),
                     static_cast<unsigned long long>(counts.frame_errors));
    }

private:
    bool terminal_ = isatty(STDERR_FILENO) == 1, shown_ = false;
    Clock::time_point next_ = Clock::now();
};

/// Not a number, which JSON calls null, if there were none.
double share(uint64_t part, uint64_t all)
{
    return all == 0 ? std::numeric_limits<double>::quiet_NaN() : double(part) / double(all);
}

nlohmann::ordered_json report(const Options& options,
                              const Simulation::Settings& settings,
                              const Simulation& simulation)
{
    const auto& counts = simulation.counts();
    nlohmann::ordered_json json;
    if (!options.modcod.empty())
        json["modcod"] = options.modcod;
    json["code"] = settings.plan.code;
    json["constellation"] = settings.plan.constellation;
    json["esn0_db"] = settings.esn0_db;
    json["llr_scale_db"] = settings.llr_scale_db;
    json["iterations"] = settings.iterations;
    json["seed"] = settings.seed;
    json["frames"] = counts.frames;
    json["frame_errors"] = counts.frame_errors;
    json["undetected_errors"] = counts.undetected_errors;
    json["fer"] = share(counts.frame_errors, counts.frames);
    json["ber"] = share(counts.bit_errors, counts.frames * simulation.message_bits());
    json["mean_iterations"] = share(counts.iterations, counts.frames);
    return json;
}

int run(const Options& options)
{
    const auto plan = options.modcod.empty()
                          ? depinsat::fer::plan_of_code(options.code)
                          : depinsat::fer::plan_of_modcod(options.modcod, options.frame_size);
    const Simulation::Settings settings{plan, options.esn0_db, options.iterations, options.seed,
                                        options.llr_scale_db};
    Simulation simulation(settings);
    std::signal(SIGINT, ask_to_stop);
    std::signal(SIGTERM, ask_to_stop);
    {
        Progress progress;
        while (simulation.counts().frames < options.frames && !stop_asked) {
            simulation.step();
            progress.show(simulation.counts(), options.frames);
        }
    }
    std::puts(report(options, settings, simulation).dump().c_str());
    return 0;
}

void describe(CLI::App& app, Options& options)
{
    auto* what = app.add_option_group("what");
    what->add_option("--code", options.code, "LDPC and BCH code, sent as QPSK: s2_normal_1-2");
    auto* modcod = what->add_option("--modcod", options.modcod, "as in station.toml: 8psk_3-4");
    what->require_option(1);
    app.add_option("--frame-size", options.frame_size, "of the MODCOD: normal or short")
        ->needs(modcod);
    app.add_option("--esn0-db", options.esn0_db, "-30 to 100")
        ->required()
        ->check(CLI::Range(-30.0, 100.0));
    app.add_option("--frames", options.frames, "how many")
        ->required()
        ->check(CLI::Range(uint64_t(1), uint64_t(1) << 40));
    app.add_option("--iterations", options.iterations, "of LDPC at most; default 50")
        ->check(CLI::Range(1u, 1000u));
    app.add_option("--seed", options.seed, "of messages and noise; default 1");
    app.add_option("--llr-scale-db", options.llr_scale_db,
                   "the demapper takes Es/N0 for so much better than it is; default 0")
        ->check(CLI::Range(-20.0, 20.0));
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app("Frame error rate of a code over white Gaussian noise, ideally synchronised. "
                 "Prints one line of JSON; SIGINT stops early and prints what was done.");
    Options options;
    describe(app, options);
    try {
        app.parse(argc, argv);
        return run(options);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) // --help
            return app.exit(error);
        std::fprintf(stderr, "depinsat-fer: %s; see --help\n", error.what());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "depinsat-fer: %s\n", error.what());
    }
    return 2;
}
