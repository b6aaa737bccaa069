#include "fer/options.h"

#include "depinsat/framing/modcod.h"
#include "fer/erasure_experiment.h"
#include "fer/frame_chain.h"

#include <stdexcept>

namespace depinsat::fer {
namespace {

constexpr const char* kReceiverGroup = "Receiver";

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
    auto* esn0 = app.add_option("--esn0-db", options.esn0_db,
                                "of a symbol, -30 to 100; this or --ebn0-db")
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
    app.add_option("--frames", options.frames, "how many; required")
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
    app.add_option("--synchronisation", options.synchronisation,
                   "ideal (default), or receiver: the MODCOD goes through Dvbs2Transmitter, "
                   "the impairments below and Dvbs2Receiver")
        ->check(CLI::IsMember({"ideal", "receiver"}));
    const auto add = [&](const char* name, auto& value, const char* text) {
        return app.add_option(name, value, text)->group(kReceiverGroup);
    };
    add("--pilots", options.pilots, "on (default) or off")->check(CLI::IsMember({"on", "off"}));
    add("--rolloff", options.rolloff, "default 0.20");
    add("--pl-scrambling-n", options.pl_scrambling_n, "default 0");
    add("--samples-per-symbol", options.samples_per_symbol,
        "of the receiver, 1.2 to 32; default 2");
    add("--symbol-rate-baud", options.symbol_rate_baud, "what Hz count by; default 1000000");
    add("--cfo", options.cfo,
        "carrier offset as share of the symbol rate, -0.5 to 0.5; default 0");
    add("--doppler-rate", options.doppler_rate_hz_per_s,
        "Hz/s, to and fro within 0.1 of the symbol rate around --cfo; default 0");
    add("--clock-ppm", options.clock_ppm, "the sender's clock is fast by; default 0");
    add("--phase-noise-mask", options.phase_noise_mask,
        "none (default), lnb (as consumer LNBs), or HZ:DBC,HZ:DBC: dBc/Hz at offsets");
    app.add_flag("--spectral-inversion", options.spectral_inversion, "the spectrum is mirrored")
        ->group(kReceiverGroup);
    add("--frames-per-start", options.frames_per_start,
        "frames counted before the receiver starts anew; default 500")
        ->check(CLI::Range(1u, 1u << 20));
}

void refuse_impairments(const CLI::App& app)
{
    for (const CLI::Option* option : app.get_options())
        if (option->get_group() == kReceiverGroup && option->count() != 0)
            throw CLI::RequiresError(option->get_name(), "--synchronisation receiver");
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

void require(bool holds, const std::string& message)
{
    if (!holds)
        throw std::invalid_argument(message);
}

void check_receiver(const Options& options)
{
    require(!options.modcod.empty(), "--synchronisation receiver is for MODCODs");
    require(options.esn0_db.has_value(),
            "--esn0-db is required with --synchronisation receiver");
    require(options.llr_scale_db == 0,
            "--llr-scale-db is for --synchronisation ideal: the receiver has its own");
}

void check_erasures(const Options& options)
{
    require(!options.through_receiver(), "--synchronisation receiver is for MODCODs");
    require(options.loss.has_value(), "--loss is required for code \"" + options.code + "\"");
    const Options none;
    require(options.modulation == none.modulation && options.llr_scale_db == 0 &&
                options.interleaving == none.interleaving && !options.message_bytes,
            "code \"" + options.code +
                "\" has no --modulation, --llr-scale-db, --interleaving or --message-bytes");
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
    require(!code.empty() || !modcod.empty(), "--code or --modcod is required");
    require(frames != 0, "--frames is required");
    if (raptorq_source_symbols(code))
        return check_erasures(*this);
    require(!loss && overhead == 0, "--loss and --overhead are for codes raptorq_K only");
    if (through_receiver())
        check_receiver(*this);
    else
        require(esn0_db || ebn0_db, "--esn0-db or --ebn0-db is required");
}

void describe(CLI::App& app, Options& options)
{
    describe_what(app, options);
    describe_channel(app, options);
    describe_work(app, options);
    describe_receiver(app, options);
    app.final_callback([&app, &options] {
        if (!options.through_receiver())
            refuse_impairments(app);
    });
    app.footer("Example: depinsat-fer --modcod qpsk_1-2 --esn0-db 1.1 --frames 1000");
}

std::string list_names()
{
    std::string text;
    for (const auto& name : code_names())
        text += "code " + name + "\n";
    text += "code raptorq_K, K = 1 to 8192 source symbols\n";
    for (const auto rows : {framing::modcods(), framing::vlsnr_modcods()})
        for (const auto& modcod : rows)
            text += "modcod " + std::string(modcod.name) + " --frame-size " +
                    std::string(framing::to_string(modcod.frame_size)) + "\n";
    for (const auto& name : modulation_names())
        text += "modulation " + name + "\n";
    return text;
}

} // namespace depinsat::fer
