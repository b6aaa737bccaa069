#include "fer/campaign.h"
#include "fer/erasure_experiment.h"
#include "fer/frame_experiment.h"
#include "fer/options.h"
#include "fer/receiver_experiment.h"

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdio>

namespace {

using namespace depinsat::fer;
using Json = nlohmann::ordered_json;

std::atomic<bool> stop_asked = false;
static_assert(std::atomic<bool>::is_always_lock_free); // set by a signal

void ask_to_stop(int)
{
    stop_asked = true;
}

/// One line, rewritten, on a terminal only.
class Progress
{
public:
    explicit Progress(uint64_t frames) : frames_(frames) {}

    ~Progress()
    {
        if (shown_)
            std::fputc('\n', stderr);
    }

    void show(const Counts& counts)
    {
        if (isatty(STDERR_FILENO) != 1)
            return;
        shown_ = true;
        std::fprintf(stderr, "\r%llu of %llu frames, %llu lost",
                     static_cast<unsigned long long>(counts.frames),
                     static_cast<unsigned long long>(frames_),
                     static_cast<unsigned long long>(counts.frame_errors));
    }

private:
    uint64_t frames_;
    bool shown_ = false;
};

template <class Work>
Counts count(const Options& options, const typename Work::Settings& settings)
{
    Progress progress(options.frames);
    return run_campaign(
        [&] { return std::make_unique<Work>(settings); },
        {options.frames, options.max_frame_errors, options.seed, options.threads},
        [&](const Counts& counts) { progress.show(counts); }, stop_asked);
}

/// Null if there were none.
Json share(uint64_t part, uint64_t all)
{
    return all == 0 ? Json() : Json(double(part) / double(all));
}

void add_counts(Json& json, const Options& options, const Counts& counts)
{
    json["seed"] = options.seed;
    json["frames"] = counts.frames;
    json["frame_errors"] = counts.frame_errors;
    json["undetected_errors"] = counts.undetected_errors;
    json["fer"] = share(counts.frame_errors, counts.frames);
}

Json measure_erasures(const Options& options, unsigned source_symbols)
{
    const ErasureExperiment::Settings settings{source_symbols, *options.loss, options.overhead};
    const auto counts = count<ErasureExperiment>(options, settings);
    Json json;
    json["code"] = options.code;
    json["loss"] = settings.loss;
    json["overhead"] = settings.overhead;
    add_counts(json, options, counts);
    json["ber"] = nullptr;
    json["mean_iterations"] = nullptr;
    return json;
}

Json measure_frames(const Options& options)
{
    const CodecSettings codec{options.code, options.iterations, options.interleaving,
                              options.message_bytes};
    const auto plan =
        options.modcod.empty()
            ? plan_of_code(codec, options.modulation)
            : plan_of_modcod(options.modcod, options.frame_size, options.iterations);
    const FrameChain chain(plan);
    const double over = chain.esn0_over_ebn0_db();
    const double esn0_db = options.esn0_db ? *options.esn0_db : *options.ebn0_db + over;
    const FrameExperiment::Settings settings{plan, esn0_db, options.llr_scale_db};
    const auto counts = count<FrameExperiment>(options, settings);

    Json json;
    if (!options.modcod.empty()) {
        json["modcod"] = options.modcod;
        json["frame_size"] = options.frame_size;
    }
    json["code"] = plan.codec.code;
    json["constellation"] = plan.constellation;
    json["esn0_db"] = esn0_db;
    json["ebn0_db"] = options.ebn0_db ? *options.ebn0_db : esn0_db - over;
    json["llr_scale_db"] = settings.llr_scale_db;
    if (options.interleaving != 1)
        json["interleaving"] = options.interleaving;
    json["iterations"] = chain.iterates() ? Json(options.iterations) : Json();
    json["message_bits"] = chain.message_bits();
    json["symbols"] = chain.symbols();
    add_counts(json, options, counts);
    json["ber"] = share(counts.bit_errors, counts.frames * chain.message_bits());
    json["mean_iterations"] =
        chain.iterates() ? share(counts.iterations, counts.frames) : Json();
    return json;
}

Json mean(double sum, uint64_t count)
{
    return count == 0 ? Json() : Json(sum / double(count));
}

void add_receiver_counts(Json& json, const ReceiverCounts& counts, double esn0_db)
{
    const uint64_t locked = counts.starts - counts.starts_without_lock;
    json["failed_frames"] = counts.failed_frames;
    json["starts"] = counts.starts;
    json["starts_without_lock"] = counts.starts_without_lock;
    json["starts_in_time"] = counts.starts_in_time;
    json["frames_to_lock"] = mean(counts.frames_to_lock, locked);
    json["most_frames_to_lock"] = mean(counts.most_frames_to_lock, locked != 0);
    json["lock_losses"] = counts.lock_losses;
    json["snr_db"] = mean(counts.snr_db, counts.snr_frames);
    json["snr_error_db"] = nullptr;
    json["snr_deviation_db"] = nullptr;
    if (counts.snr_frames != 0) {
        const double average = counts.snr_db / double(counts.snr_frames);
        const double square = counts.snr_db_squares / double(counts.snr_frames);
        json["snr_error_db"] = average - esn0_db;
        json["snr_deviation_db"] = std::sqrt(std::max(square - average * average, 0.0));
    }
    json["snr_means_of_16"] = counts.snr_means;
    json["worst_error_of_16_db"] = mean(counts.worst_snr_mean_error_db, counts.snr_means != 0);
}

Json measure_receiver(const Options& options)
{
    const ReceiverExperiment::Settings settings{
        .modcod = &find_modcod(options.modcod, options.frame_size),
        .pilots = options.pilots == "on",
        .rolloff = options.rolloff,
        .pl_scrambling_n = options.pl_scrambling_n,
        .iterations = options.iterations,
        .frames_per_start = options.frames_per_start,
        .path = {.esn0_db = *options.esn0_db,
                 .samples_per_symbol = options.samples_per_symbol,
                 .symbol_rate_baud = options.symbol_rate_baud,
                 .cfo = options.cfo,
                 .clock_ppm = options.clock_ppm,
                 .doppler_rate_hz_per_s = options.doppler_rate_hz_per_s,
                 .spectral_inversion = options.spectral_inversion,
                 .phase_noise = parse_phase_noise_mask(options.phase_noise_mask)}};
    const auto counts = count<ReceiverExperiment>(options, settings);
    Json json;
    json["modcod"] = options.modcod;
    json["frame_size"] = options.frame_size;
    json["synchronisation"] = options.synchronisation;
    json["pilots"] = settings.pilots;
    json["esn0_db"] = settings.path.esn0_db;
    json["rolloff"] = settings.rolloff;
    json["pl_scrambling_n"] = settings.pl_scrambling_n;
    json["samples_per_symbol"] = settings.path.samples_per_symbol;
    json["symbol_rate_baud"] = settings.path.symbol_rate_baud;
    json["cfo"] = settings.path.cfo;
    json["doppler_rate_hz_per_s"] = settings.path.doppler_rate_hz_per_s;
    json["clock_ppm"] = settings.path.clock_ppm;
    json["phase_noise_mask"] = options.phase_noise_mask;
    json["spectral_inversion"] = settings.path.spectral_inversion;
    json["frames_per_start"] = settings.frames_per_start;
    json["iterations"] = settings.iterations;
    add_counts(json, options, counts);
    json["ber"] = nullptr; // of a lost frame nothing is known
    json["mean_iterations"] =
        share(counts.iterations, counts.receiver.snr_frames); // of the frames that came out
    add_receiver_counts(json, counts.receiver, settings.path.esn0_db);
    return json;
}

Json measure(const Options& options)
{
    if (options.through_receiver())
        return measure_receiver(options);
    const auto source_symbols = raptorq_source_symbols(options.code);
    return source_symbols ? measure_erasures(options, *source_symbols)
                          : measure_frames(options);
}

int run(const Options& options)
{
    options.check();
    if (options.list) {
        std::fputs(list_names().c_str(), stdout);
        return 0;
    }
    std::signal(SIGINT, ask_to_stop);
    std::signal(SIGTERM, ask_to_stop);
    const Json json = measure(options);
    std::puts(json.dump().c_str());
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app("Frame error rate of a code or MODCOD over white Gaussian noise, ideally "
                 "synchronised or through the receiver, or of RaptorQ over lost symbols. "
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
