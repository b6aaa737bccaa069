#include "config/station_sections.h"

#include "depinsat/framing/rolloff.h"

#include <algorithm>
#include <stdexcept>

namespace depinsat::config {
namespace {

using framing::FrameSize;

constexpr Names<int, 1> kKinds{{{"dvbs2", 0}}};
constexpr Names<FrameSize, 3> kFrameSizes{{{"normal", FrameSize::kNormal},
                                           {"medium", FrameSize::kMedium},
                                           {"short", FrameSize::kShort}}};
constexpr Names<SpectralInversion, 3> kSpectralInversions{
    {{"auto", SpectralInversion::kAuto},
     {"normal", SpectralInversion::kNormal},
     {"inverted", SpectralInversion::kInverted}}};
constexpr Names<Service, 3> kServices{{{"simulation", Service::kSimulation},
                                       {"satellite", Service::kSatellite},
                                       {"amateur", Service::kAmateur}}};
constexpr double kMaxFrequencyHz = 300e9, kMaxSampleRateHz = 250e6;
// The receiver's: below, the carrier does not fit; above, its filters grow without use.
constexpr double kMinSamplesPerSymbol = 1.2, kMaxSamplesPerSymbol = 2000;
constexpr double kMaxSamplesPerSymbolOfVlSnr = 8; // its filter is the matched one alone

/// Overrides belong to profiles: what the profile would pass over is refused.
void refuse_misplaced(const TomlSection& section, const Radio& radio)
{
    const bool simulated = radio.profile == "sim", recorded = radio.profile == "sigmf";
    for (const auto key : {"uplink_endpoint", "downlink_endpoint"})
        if (section.has(key) && !simulated)
            section.fail(key, "is for profile \"sim\" only, not \"" + radio.profile + '"');
    if (section.has("file") && !recorded)
        section.fail("file", "is for profile \"sigmf\" only, not \"" + radio.profile + '"');
    if (recorded && !section.has("file"))
        section.fail("file", "is missing; profile \"sigmf\" records to it or replays it",
                     "a path");
    for (const auto key : {"device", "tx_gain_db", "rx_gain_db", "clock_source"})
        if (section.has(key) && !radio.is_real())
            section.fail(key, "is for real radios only, not profile \"" + radio.profile + '"');
}

/// A simulated carrier has no width that could disturb anyone; a real one must fit as a whole.
void check_band(const TomlSection& section,
                const Transmit& transmit,
                const Waveform& waveform,
                const Radio& radio)
{
    const double half = radio.is_real() ? waveform.bandwidth_hz() / 2 : 0;
    const double frequency = radio.tx_frequency_hz;
    const auto& band = *transmit.band_hz;
    if (band[0] >= band[1])
        section.fail("band_hz", "is empty", "[lower, upper] in Hz");
    if (frequency - half < band[0] || frequency + half > band[1])
        section.fail("band_hz", "does not hold the carrier at radio.tx_frequency_hz of " +
                                    std::to_string(int64_t(frequency)) + " Hz, " +
                                    std::to_string(int64_t(2 * half)) + " Hz wide");
}

void check_real_transmitter(const TomlSection& section, const Transmit& transmit)
{
    if (!transmit.band_hz)
        section.fail("band_hz", "is missing", "[lower, upper] in Hz");
    if (!transmit.max_power_dbm)
        section.fail("max_power_dbm", "is missing", "a number in dBm");
    if (transmit.service != Service::kSatellite)
        section.fail("service", "is not one that a real radio may transmit in",
                     "\"satellite\"");
}

} // namespace

std::string read_word(const TomlSection& section, std::string_view key)
{
    std::string word = section.text(key);
    const auto good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    };
    if (word.size() > 32 || !std::all_of(word.begin(), word.end(), good))
        section.fail(key, "is \"" + word.substr(0, 60) + '"', "1 to 32 of a-z, 0-9, -");
    return word;
}

std::optional<std::string> read_endpoint(const TomlSection& section, std::string_view key)
{
    if (!section.has(key))
        return {};
    const std::string endpoint = section.text(key);
    const std::string fault = endpoint_fault(endpoint);
    if (!fault.empty())
        section.fail(key, fault, "ipc:///PATH, tcp://ADDRESS:PORT");
    return endpoint;
}

namespace {

/// Every MODCOD of DVB-S2, which any receiver takes; those of S2X by name only.
std::vector<std::string> default_acm_modcods(FrameSize size)
{
    std::vector<std::string> names;
    for (const auto& modcod : framing::modcods())
        if (modcod.frame_size == size && is_of_dvb_s2(modcod))
            names.emplace_back(modcod.name);
    return names;
}

/// A receiver takes frames of VL-SNR or all others, and ACM must stay with one kind.
void refuse_mixed(const TomlSection& section, const Acm& acm, FrameSize size)
{
    const auto is_vl_snr = [&](const std::string& name) {
        return framing::find_modcod(name, size).vlsnr != nullptr;
    };
    for (const auto& name : acm.modcods)
        if (is_vl_snr(name) != is_vl_snr(acm.modcods.front()))
            section.fail("acm_modcods", "holds MODCODs of VL-SNR beside others");
}

Acm read_acm(const TomlSection& section, FrameSize size)
{
    Acm acm;
    acm.modcods =
        section.has("acm_modcods") ? section.texts("acm_modcods") : default_acm_modcods(size);
    if (acm.modcods.empty())
        section.fail("acm_modcods", "is empty", "MODCODs of the frame size");
    for (const auto& name : acm.modcods) {
        try {
            if (!framing::required_es_n0_db(framing::find_modcod(name, size)))
                section.fail("acm_modcods", "holds \"" + name +
                                                "\", of which the required Es/N0 is not known");
        } catch (const std::invalid_argument& error) {
            section.fail("acm_modcods", error.what());
        }
    }
    refuse_mixed(section, acm, size);
    acm.margin_db = section.number("acm_margin_db", 0, 10, 0.5);
    acm.hysteresis_db = section.number("acm_hysteresis_db", 0, 10, 0.4);
    acm.fade_db_per_s = section.number("acm_fade_db_per_s", 0, 20, 1.0);
    return acm;
}

void read_modcod(const TomlSection& section, Waveform& waveform)
{
    waveform.modcod = section.text("modcod");
    if (waveform.modcod == "acm") {
        waveform.acm = read_acm(section, waveform.frame_size);
        return;
    }
    for (const auto key :
         {"acm_modcods", "acm_margin_db", "acm_hysteresis_db", "acm_fade_db_per_s"})
        if (section.has(key))
            section.fail(key, "is for modcod = \"acm\" only");
    try {
        framing::find_modcod(waveform.modcod, waveform.frame_size);
    } catch (const std::invalid_argument& error) {
        section.fail("modcod", std::string(error.what()) + ", or acm");
    }
}

/// What the receiver of VL-SNR does not have is refused.
void read_receiver(const TomlSection& section, Waveform& waveform)
{
    const bool sends_vl_snr = waveform.rows().front()->vlsnr != nullptr;
    waveform.vl_snr = section.boolean("vl_snr", sends_vl_snr);
    waveform.spectral_inversion =
        section.choice("spectral_inversion", kSpectralInversions, "auto");
    waveform.equaliser = section.boolean("equaliser", false);
    waveform.iq_correction = section.boolean("iq_correction", false);
    waveform.report_reception = section.boolean("report_reception", true);
    if (sends_vl_snr && !waveform.pilots)
        section.fail("pilots", "is false, but VL-SNR always has pilots");
    for (const auto key : {"equaliser", "iq_correction"})
        if (waveform.vl_snr && section.boolean(key, false))
            section.fail(key, "is not built for VL-SNR");
}

} // namespace

Waveform read_waveform(const TomlSection& file)
{
    const auto section = file.section(
        "waveform", {"kind", "symbol_rate_baud", "rolloff", "modcod", "acm_modcods",
                     "acm_margin_db", "acm_hysteresis_db", "acm_fade_db_per_s", "frame_size",
                     "pilots", "pl_scrambling_n", "isi", "vl_snr", "spectral_inversion",
                     "equaliser", "iq_correction", "report_reception"});
    Waveform waveform;
    section.choice("kind", kKinds);
    waveform.kind = section.text("kind");
    waveform.symbol_rate_baud = uint32_t(section.integer("symbol_rate_baud", 1000, 60'000'000));
    waveform.rolloff = section.number("rolloff", 0, 1, 0.2);
    if (!framing::is_rolloff(waveform.rolloff))
        section.fail("rolloff", "is none of DVB-S2's or S2X's",
                     std::string(framing::kRolloffNames));
    waveform.frame_size = section.choice("frame_size", kFrameSizes, "short");
    read_modcod(section, waveform);
    waveform.pilots = section.boolean("pilots", true);
    waveform.pl_scrambling_n = uint32_t(section.integer("pl_scrambling_n", 0, 262141, 0));
    if (section.has("isi"))
        waveform.isi = uint8_t(section.integer("isi", 0, 255));
    read_receiver(section, waveform);
    return waveform;
}

Radio read_radio(const TomlSection& file, const Waveform& waveform)
{
    const auto section =
        file.section("radio", {"profile", "sample_rate_hz", "tx_frequency_hz",
                               "rx_frequency_hz", "device", "tx_gain_db", "rx_gain_db",
                               "clock_source", "uplink_endpoint", "downlink_endpoint", "file"});
    Radio radio;
    radio.profile = read_word(section, "profile");
    refuse_misplaced(section, radio);
    const double baud = waveform.symbol_rate_baud;
    const double most = waveform.vl_snr ? kMaxSamplesPerSymbolOfVlSnr : kMaxSamplesPerSymbol;
    radio.sample_rate_hz = section.number(
        "sample_rate_hz", std::max(kMinSamplesPerSymbol * baud, waveform.bandwidth_hz()),
        std::min(kMaxSampleRateHz, most * baud), 2 * baud);
    const auto any = radio.is_real() ? std::nullopt : std::optional(0.0);
    radio.tx_frequency_hz = section.number("tx_frequency_hz", 0, kMaxFrequencyHz, any);
    radio.rx_frequency_hz = section.number("rx_frequency_hz", 0, kMaxFrequencyHz, any);
    if (section.has("device"))
        radio.device = section.text("device");
    if (section.has("clock_source"))
        radio.clock_source = section.text("clock_source");
    if (section.has("tx_gain_db"))
        radio.tx_gain_db = section.number("tx_gain_db", -100, 200);
    if (section.has("rx_gain_db"))
        radio.rx_gain_db = section.number("rx_gain_db", -100, 200);
    radio.uplink_endpoint = read_endpoint(section, "uplink_endpoint");
    radio.downlink_endpoint = read_endpoint(section, "downlink_endpoint");
    if (section.has("file"))
        radio.file = section.path("file");
    return radio;
}

Transmit read_transmit(const TomlSection& file, const Waveform& waveform, const Radio& radio)
{
    const auto section =
        file.section("transmit", {"enabled", "band_hz", "max_power_dbm", "service",
                                  "predistortion", "predistortion_gain"});
    Transmit transmit;
    read_predistortion(section, transmit);
    transmit.enabled = section.boolean("enabled", false);
    transmit.service = section.choice("service", kServices, "simulation");
    if (transmit.service == Service::kAmateur)
        section.fail("service",
                     "is \"amateur\": the link encrypts, which the amateur service forbids",
                     "\"simulation\", \"satellite\"");
    if (section.has("band_hz")) {
        const auto band = section.numbers("band_hz", 2, 0, kMaxFrequencyHz);
        transmit.band_hz = {band[0], band[1]};
    }
    if (section.has("max_power_dbm"))
        transmit.max_power_dbm = section.number("max_power_dbm", -200, 100);
    if (transmit.enabled && radio.is_real())
        check_real_transmitter(section, transmit);
    if (transmit.enabled && transmit.band_hz)
        check_band(section, transmit, waveform, radio);
    return transmit;
}

std::vector<const framing::Modcod*> Waveform::rows() const
{
    if (!acm)
        return {&framing::find_modcod(modcod, frame_size)};
    std::vector<const framing::Modcod*> all;
    for (const auto& name : acm->modcods)
        all.push_back(&framing::find_modcod(name, frame_size));
    return all;
}

std::chrono::nanoseconds Waveform::frame_time() const
{
    std::chrono::nanoseconds longest{0};
    for (const auto* row : rows())
        longest = std::max(longest, frame_time(*row));
    return longest;
}

std::chrono::nanoseconds Waveform::frame_time(const framing::Modcod& row) const
{
    const unsigned slots = row.slots;
    const unsigned pilot_blocks = pilots ? (slots - 1) / 16 : 0;
    const double symbols = 90.0 * (slots + 1) + 36.0 * pilot_blocks;
    return std::chrono::nanoseconds(int64_t(symbols * 1e9 / symbol_rate_baud));
}

} // namespace depinsat::config
