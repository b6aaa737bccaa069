#include "config/satellite.h"

#include "config/addresses.h"
#include "config/toml_reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace depinsat::config {
namespace {

constexpr double kMaxFrequencyHz = 1e12, kMaxShiftHz = 1e7;
constexpr double kMinDelayMs = 5, kMaxDelayMs = 3000;
constexpr double kMaxPeriodS = 1e7;
constexpr size_t kMaxStations = 16;
constexpr std::array<std::pair<std::string_view, bool>, 2> kDirections{
    {{"up", true}, {"down", false}}};

const TomlSection::Keys kTopKeys{"satellite", "station", "path", "fade", "loss"};
const TomlSection::Keys kSatelliteKeys{"sample_rate_hz",  "translation_hz", "delay_ms",
                                       "uplink_endpoint", "seed",           "downlink_endpoint",
                                       "status_file"};
const TomlSection::Keys kStationKeys{
    "name",    "tx_frequency_hz", "rx_frequency_hz", "symbol_rate_baud", "rolloff",
    "gain_db", "es_n0_db",        "uplink_doppler",  "downlink_doppler"};
const TomlSection::Keys kDopplerKeys{"offset_hz", "rate_hz_per_s", "limit_hz", "amplitude_hz",
                                     "period_s"};
const TomlSection::Keys kPathKeys{"from", "to", "delay_ms", "gain_db"};
const TomlSection::Keys kFadeKeys{"station",  "direction", "start_s", "seconds",
                                  "period_s", "db",        "ramp_s"};
const TomlSection::Keys kLossKeys{"station", "direction", "share", "seconds"};

std::string hz(double value)
{
    return std::to_string(int64_t(std::llround(value))) + " Hz";
}

// Nothing here has keys, so nothing listens beyond the machine.
void check_endpoint(const TomlSection& section, std::string_view key, const std::string& value)
{
    const std::string fault = endpoint_fault(value);
    if (!fault.empty() || !is_local_endpoint(value))
        section.fail(key, fault.empty() ? "is not on a loopback address" : fault,
                     "ipc:///PATH, tcp://127.0.0.1:PORT");
}

void read_endpoints(Satellite& satellite, const TomlSection& section)
{
    const auto folder = runtime_directory("satellite");
    const auto read = [&](std::string_view key, const char* name) {
        if (!section.has(key))
            satellite.runtime_directory = folder;
        std::string value = section.text(key, "ipc://" + (folder / name).string());
        check_endpoint(section, key, value);
        return value;
    };
    satellite.uplink_endpoint = read("uplink_endpoint", "uplink");
    satellite.downlink_endpoint = read("downlink_endpoint", "downlink");
    if (satellite.uplink_endpoint == satellite.downlink_endpoint)
        section.fail("downlink_endpoint", "is the uplink_endpoint");
}

SatelliteDoppler read_doppler(const TomlSection& section)
{
    const SatelliteDoppler doppler{
        section.number("offset_hz", -kMaxShiftHz, kMaxShiftHz, 0.0),
        section.number("rate_hz_per_s", -kMaxShiftHz, kMaxShiftHz, 0.0),
        section.number("limit_hz", 0, kMaxShiftHz, 0.0),
        section.number("amplitude_hz", 0, kMaxShiftHz, 0.0),
        section.number("period_s", 0.1, kMaxPeriodS, 86400.0),
    };
    if (doppler.rate_hz_per_s != 0.0 && doppler.limit_hz == 0.0)
        section.fail("rate_hz_per_s", "has no limit_hz, where the ramp ends");
    return doppler;
}

std::string read_name(const TomlSection& section, const std::vector<SatelliteStation>& others)
{
    std::string name = section.text("name");
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    };
    if (name.size() > 32 || !std::all_of(name.begin(), name.end(), allowed))
        section.fail("name", "is \"" + name + '"', "1 to 32 of a-z, 0-9, -");
    for (const auto& other : others)
        if (other.name == name)
            section.fail("name", "is \"" + name + "\", as another station's");
    return name;
}

SatelliteStation read_station(const TomlSection& section,
                              const std::vector<SatelliteStation>& others,
                              double rate)
{
    SatelliteStation station;
    station.name = read_name(section, others);
    station.tx_frequency_hz =
        section.number("tx_frequency_hz", -kMaxFrequencyHz, kMaxFrequencyHz);
    station.rx_frequency_hz =
        section.number("rx_frequency_hz", -kMaxFrequencyHz, kMaxFrequencyHz);
    station.symbol_rate_baud = section.number("symbol_rate_baud", 1000, 60e6);
    station.rolloff = section.number("rolloff", 0.05, 0.5, 0.20);
    station.gain_db = section.number("gain_db", -60, 20, 0.0);
    if (section.has("es_n0_db"))
        station.es_n0_db = section.number("es_n0_db", -20, 60);
    station.uplink_doppler = read_doppler(section.section("uplink_doppler", kDopplerKeys));
    station.downlink_doppler = read_doppler(section.section("downlink_doppler", kDopplerKeys));
    if (station.bandwidth_hz() > rate)
        section.fail("symbol_rate_baud",
                     "makes a carrier of " + hz(station.bandwidth_hz()) + " with this rolloff",
                     "at most the sample_rate_hz, " + hz(rate));
    return station;
}

size_t
find_station(const TomlSection& section, std::string_view key, const Satellite& satellite)
{
    const std::string name = section.text(key);
    std::string names;
    for (size_t i = 0; i < satellite.stations.size(); ++i) {
        if (satellite.stations[i].name == name)
            return i;
        names += (i ? ", \"" : "\"") + satellite.stations[i].name + '"';
    }
    section.fail(key, "is \"" + name + '"', names);
}

enum class Heard { kNo, kPartly, kYes };

/// Whether a carrier stands in the receiver's band, wherever the Doppler shifts take it.
Heard heard(const SatelliteStation& from,
            const SatelliteStation& to,
            double offset,
            double rate)
{
    const double half = from.bandwidth_hz() / 2.0;
    const double shift = from.uplink_doppler.largest_hz() + to.downlink_doppler.largest_hz();
    const double distance = std::abs(offset);
    if (distance + half + shift <= rate / 2.0)
        return Heard::kYes;
    return distance - half - shift >= rate / 2.0 ? Heard::kNo : Heard::kPartly;
}

/// The frequency plan: bent-pipe translation of each carrier into each receiver's band.
void find_paths(Satellite& satellite,
                const TomlSection& section,
                double translation,
                double delay)
{
    const auto& stations = satellite.stations;
    for (size_t from = 0; from < stations.size(); ++from)
        for (size_t to = 0; to < stations.size(); ++to) {
            const double offset =
                stations[from].tx_frequency_hz + translation - stations[to].rx_frequency_hz;
            const Heard how =
                heard(stations[from], stations[to], offset, satellite.sample_rate_hz);
            if (how == Heard::kPartly)
                section.fail("translation_hz",
                             "puts the carrier of station " + stations[from].name + " " +
                                 hz(offset) + " from the centre of station " +
                                 stations[to].name + "'s receiver, partly in its band",
                             "wholly inside or wholly outside");
            if (how == Heard::kYes)
                satellite.paths.push_back({from, to, delay, stations[from].gain_db, offset});
        }
}

void read_path(Satellite& satellite, const TomlSection& section)
{
    const size_t from = find_station(section, "from", satellite);
    const size_t to = find_station(section, "to", satellite);
    const auto path = std::find_if(satellite.paths.begin(), satellite.paths.end(),
                                   [&](auto& p) { return p.from == from && p.to == to; });
    if (path == satellite.paths.end())
        section.fail("from", "is not heard there in this frequency plan");
    path->delay_ms = section.number("delay_ms", kMinDelayMs, kMaxDelayMs, path->delay_ms);
    path->gain_db = section.number("gain_db", -60, 20, path->gain_db);
}

SatelliteFade read_fade(const Satellite& satellite, const TomlSection& section)
{
    SatelliteFade fade;
    fade.station = find_station(section, "station", satellite);
    fade.up = section.choice("direction", kDirections);
    fade.start_s = section.number("start_s", 0, kMaxPeriodS, 0.0);
    fade.seconds = section.number("seconds", 0.002, kMaxPeriodS);
    fade.period_s = section.number("period_s", 0.002, kMaxPeriodS);
    fade.db = section.number("db", 0, 200);
    fade.ramp_s = section.number("ramp_s", 0, kMaxPeriodS, 0.0);
    if (2 * fade.ramp_s > fade.seconds)
        section.fail("ramp_s", "is longer than half of seconds");
    if (fade.seconds > fade.period_s)
        section.fail("seconds", "is longer than period_s");
    return fade;
}

SatelliteLoss read_loss(const Satellite& satellite, const TomlSection& section)
{
    return {find_station(section, "station", satellite),
            section.choice("direction", kDirections), section.number("share", 0, 1),
            section.number("seconds", 0.002, kMaxPeriodS)};
}

/// Noise is set by Es/N0, which needs one symbol rate.
void check_noise(const Satellite& satellite, const TomlSection& section)
{
    for (size_t to = 0; to < satellite.stations.size(); ++to) {
        double baud = 0.0;
        for (const auto& path : satellite.paths) {
            const double other = satellite.stations[path.from].symbol_rate_baud;
            if (path.to != to || !satellite.stations[to].es_n0_db)
                continue;
            if (baud != 0.0 && baud != other)
                section.fail("sample_rate_hz", "lets station " + satellite.stations[to].name +
                                                   ", which has es_n0_db, hear carriers of "
                                                   "different symbol_rate_baud");
            baud = other;
        }
    }
}

Satellite read(const TomlSection& file)
{
    Satellite satellite;
    const TomlSection section = file.section("satellite", kSatelliteKeys);
    satellite.sample_rate_hz = section.number("sample_rate_hz", 2000, 20e6);
    read_endpoints(satellite, section);
    if (section.has("status_file"))
        satellite.status_file = section.path("status_file");
    satellite.seed = uint64_t(section.integer("seed", 0, INT64_MAX, 1));
    for (const auto& station : file.sections("station", kStationKeys))
        satellite.stations.push_back(
            read_station(station, satellite.stations, satellite.sample_rate_hz));
    if (satellite.stations.size() < 2 || satellite.stations.size() > kMaxStations)
        file.fail("station", "there are " + std::to_string(satellite.stations.size()),
                  "2 to 16 sections [[station]]");
    find_paths(satellite, section,
               section.number("translation_hz", -kMaxFrequencyHz, kMaxFrequencyHz, 0.0),
               section.number("delay_ms", kMinDelayMs, kMaxDelayMs, 250.0));
    for (const auto& path : file.sections("path", kPathKeys))
        read_path(satellite, path);
    for (const auto& fade : file.sections("fade", kFadeKeys))
        satellite.fades.push_back(read_fade(satellite, fade));
    for (const auto& loss : file.sections("loss", kLossKeys))
        satellite.losses.push_back(read_loss(satellite, loss));
    check_noise(satellite, section);
    return satellite;
}

} // namespace

double SatelliteDoppler::largest_hz() const
{
    return std::abs(offset_hz) + limit_hz + amplitude_hz;
}

Satellite read_satellite(const std::filesystem::path& file)
{
    return read(TomlSection::parse_file(file, kTopKeys));
}

Satellite parse_satellite(std::string_view text, const std::filesystem::path& name)
{
    return read(TomlSection::parse(text, name, kTopKeys));
}

} // namespace depinsat::config
