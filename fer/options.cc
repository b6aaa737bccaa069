#include "fer/options.h"

#include "depinsat/framing/modcod.h"
#include "fer/erasure_experiment.h"
#include "fer/frame_chain.h"

#include <stdexcept>

namespace depinsat::fer {
namespace {

void describe_what(CLI::App& app, Options& options)
{
    auto* code = app.add_option("--code", options.code, "see --list: s2_normal_1-2");
    auto* modcod =
        app.add_option("--modcod", options.modcod, "as in station.toml, see --list: 8psk_3-4")
            ->excludes(code);
    app.add_flag("--list", options.list, "print the names of codes, MODCODs and modulations");
    app.add_option("--frame-size", options.frame_size,
                   "of the MODCOD: normal (default), medium or short")
        ->needs(modcod);
    app.add_option("--modulation", options.modulation,
                   "of the code: BPSK, QPSK (default), 8PSK, 16APSK, 32APSK, see --list")
        ->needs(code);
    app.add_option("--interleaving", options.interleaving,
                   "of Reed-Solomon: 1 (default), 2, 3, 4, 5 or 8")
        ->needs(code);
    app.add_option("--message-bytes", options.message_bytes,
                   "of a frame of a convolutional code; default 1020")
        ->needs(code)
        ->check(CLI::Range(1u, 1u << 20));
}

void describe_channel(CLI::App& app, Options& options)
{
    auto* esn0 = app.add_option("--esn0-db", options.esn0_db, "of a symbol, -30 to 100")
                     ->check(CLI::Range(-30.0, 100.0));
    auto* ebn0 = app.add_option("--ebn0-db", options.ebn0_db, "of an information bit")
                     ->check(CLI::Range(-30.0, 100.0))
                     ->excludes(esn0);
    app.add_option("--llr-scale-db", options.llr_scale_db,
                   "the demapper takes Es/N0 for so much better than it is; default 0")
        ->check(CLI::Range(-20.0, 20.0));
    app.add_option("--loss", options.loss, "RaptorQ: share of symbols that are lost, 0 to 0.99")
        ->excludes(esn0)
        ->excludes(ebn0);
    app.add_option("--overhead", options.overhead,
                   "RaptorQ: symbols received beyond K; default 0");
}

void describe_work(CLI::App& app, Options& options)
{
    app.add_option("--frames", options.frames, "how many")
        ->check(CLI::Range(uint64_t(1), uint64_t(1) << 40));
    app.add_option("--max-frame-errors", options.max_frame_errors,
                   "stop when so many are lost; default: don't")
        ->check(CLI::Range(uint64_t(1), uint64_t(1) << 40));
    app.add_option("--iterations", options.iterations, "of the decoder at most; default 50")
        ->check(CLI::Range(1u, 1000u));
    app.add_option("--seed", options.seed, "of messages and noise; default 1");
    app.add_option("--threads", options.threads,
                   "1 (default) to 256; the result does not depend on it")
        ->check(CLI::Range(1u, 256u));
}

void describe_receiver(CLI::App& app, Options& options)
{
    auto* how =
        app.add_option(
               "--synchronisation", options.synchronisation,
               "ideal (default), or receiver: the MODCOD goes through Dvbs2Transmitter, "
               "the impairments below and Dvbs2Receiver")
            ->check(CLI::IsMember({"ideal", "receiver"}));
    const auto add = [&](const char* name, auto& value, const char* text) {
        return app.add_option(name, value, text)->needs(how)->group("Receiver");
    };
    add("--pilots", options.pilots, "on (default) or off")->check(CLI::IsMember({"on", "off"}));
    add("--rolloff", options.rolloff, "default 0.20");
    add("--pl-scrambling-n", options.pl_scrambling_n, "default 0");
    add("--samples-per-symbol", options.samples_per_symbol,
        "of the receiver, 1.2 to 32; default 2");
    add("--symbol-rate-baud", options.symbol_rate_baud, "what Hz count by; default 1000000");
    add("--cfo", options.cfo, "carrier offset as share of the symbol rate; default 0");
    add("--doppler-rate", options.doppler_rate_hz_per_s,
        "Hz/s, to and fro within 0.1 of the symbol rate around --cfo; default 0");
    add("--clock-ppm", options.clock_ppm, "the sender's clock is fast by; default 0");
    add("--phase-noise-mask", options.phase_noise_mask,
        "none (default), lnb (as consumer LNBs), or HZ:DBC,HZ:DBC: dBc/Hz at offsets");
    app.add_flag("--spectral-inversion", options.spectral_inversion)
        ->needs(how)
        ->group("Receiver");
    add("--frames-per-start", options.frames_per_start,
        "frames counted before the receiver starts anew; default 500")
        ->check(CLI::Range(1u, 1u << 20));
}

double number(const std::string& text, const std::string& whole)
{
    size_t end = 0;
    try {
        const double value = std::stod(text, &end);
        if (end == text.size())
            return value;
    } catch (const std::exception&) {
    }
    throw std::invalid_argument("--phase-noise-mask: \"" + whole +
                                "\" is not none, lnb or HZ:DBC,HZ:DBC");
}

} // namespace

std::vector<channel::PhaseNoisePoint> parse_phase_noise_mask(const std::string& text)
{
    if (text == "none")
        return {};
    if (text == "lnb")
        return {channel::kConsumerLnb.begin(), channel::kConsumerLnb.end()};
    std::vector<channel::PhaseNoisePoint> mask;
    for (const auto& point : CLI::detail::split(text, ',')) {
        const size_t colon = point.find(':');
        mask.push_back({number(point.substr(0, colon), text),
                        number(colon == point.npos ? "" : point.substr(colon + 1), text)});
    }
    return mask;
}

void Options::check() const
{
    if (list)
        return;
    if (code.empty() && modcod.empty())
        throw std::invalid_argument("--code or --modcod is required");
    if (frames == 0)
        throw std::invalid_argument("--frames is required");
    if (through_receiver()) {
        if (modcod.empty())
            throw std::invalid_argument("--synchronisation receiver is for MODCODs");
        if (!esn0_db)
            throw std::invalid_argument(
                "--esn0-db is required with --synchronisation receiver");
        if (llr_scale_db != 0)
            throw std::invalid_argument(
                "--llr-scale-db is for --synchronisation ideal: the receiver has its own");
        return;
    }
    if (raptorq_source_symbols(code)) {
        if (!loss)
            throw std::invalid_argument("--loss is required for code \"" + code + "\"");
        return;
    }
    if (loss || overhead != 0)
        throw std::invalid_argument("--loss and --overhead are for codes raptorq_K only");
    if (!esn0_db && !ebn0_db)
        throw std::invalid_argument("--esn0-db or --ebn0-db is required");
}

void describe(CLI::App& app, Options& options)
{
    describe_what(app, options);
    describe_channel(app, options);
    describe_work(app, options);
    describe_receiver(app, options);
}

std::string list_names()
{
    std::string text;
    for (const auto& name : code_names())
        text += "code " + name + "\n";
    text += "code raptorq_K, K = 1 to 8192 source symbols\n";
    for (const auto& modcod : framing::modcods())
        text += "modcod " + std::string(modcod.name) + " --frame-size " +
                std::string(framing::to_string(modcod.frame_size)) + "\n";
    for (const auto& name : modulation_names())
        text += "modulation " + name + "\n";
    return text;
}

} // namespace depinsat::fer
