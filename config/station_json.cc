#include "config/station_sections.h"

#include <nlohmann/json.hpp>

namespace depinsat::config {
namespace {

using nlohmann::json;

const char* text_of(SpectralInversion inversion)
{
    switch (inversion) {
    case SpectralInversion::kNormal:
        return "normal";
    case SpectralInversion::kInverted:
        return "inverted";
    case SpectralInversion::kAuto:
        break;
    }
    return "auto";
}

json waveform_json(const Waveform& w)
{
    json out{{"kind", w.kind},
             {"symbol_rate_baud", w.symbol_rate_baud},
             {"rolloff", w.rolloff},
             {"modcod", w.modcod},
             {"frame_size", framing::to_string(w.frame_size)},
             {"pilots", w.pilots},
             {"pl_scrambling_n", w.pl_scrambling_n},
             {"isi", w.isi ? json(*w.isi) : json(nullptr)},
             {"spectral_inversion", text_of(w.spectral_inversion)},
             {"vl_snr", w.vl_snr},
             {"equaliser", w.equaliser},
             {"iq_correction", w.iq_correction},
             {"report_reception", w.report_reception}};
    if (w.acm)
        out.update({{"acm_modcods", w.acm->modcods},
                    {"acm_margin_db", w.acm->margin_db},
                    {"acm_hysteresis_db", w.acm->hysteresis_db},
                    {"acm_fade_db_per_s", w.acm->fade_db_per_s}});
    return out;
}

/// Overrides that the file does not give are left out.
json radio_json(const Radio& r)
{
    json out{{"profile", r.profile},
             {"sample_rate_hz", r.sample_rate_hz},
             {"tx_frequency_hz", r.tx_frequency_hz},
             {"rx_frequency_hz", r.rx_frequency_hz}};
    const auto put = [&](const char* key, const auto& value) {
        if (value)
            out[key] = *value;
    };
    put("device", r.device);
    put("clock_source", r.clock_source);
    put("tx_gain_db", r.tx_gain_db);
    put("rx_gain_db", r.rx_gain_db);
    put("uplink_endpoint", r.uplink_endpoint);
    put("downlink_endpoint", r.downlink_endpoint);
    if (r.file)
        out["file"] = r.file->string();
    return out;
}

json transmit_json(const Transmit& t)
{
    json out{{"enabled", t.enabled},
             {"service", t.service == Service::kSatellite ? "satellite" : "simulation"}};
    if (t.band_hz)
        out["band_hz"] = *t.band_hz;
    if (t.max_power_dbm)
        out["max_power_dbm"] = *t.max_power_dbm;
    for (const auto& p : t.predistortion)
        out["predistortion"].push_back({p.input, p.output, p.phase_rad});
    if (!t.predistortion.empty())
        out["predistortion_gain"] = t.predistortion_gain;
    return out;
}

json modem_json(const Modem& m)
{
    json out{{"lead_ms", m.lead.count()},
             {"cores", m.cores},
             {"tx_endpoint", m.tx_endpoint},
             {"rx_endpoint", m.rx_endpoint},
             {"telemetry_endpoint", m.telemetry_endpoint}};
    if (m.curve_key_file)
        out["curve_key_file"] = m.curve_key_file->string();
    for (const auto& key : m.curve_peer_keys)
        out["curve_peer_keys"].push_back(ports::to_z85(key));
    return out;
}

/// As in the file: sections of their own where there is no [[path]].
json paths_json(const std::vector<Path>& paths)
{
    if (paths.front().name.empty())
        return path_json(paths.front());
    json out;
    for (const Path& path : paths)
        out["path"].push_back(path_json(path));
    return out;
}

} // namespace

json path_json(const Path& path)
{
    json out{{"waveform", waveform_json(path.waveform)},
             {"radio", radio_json(path.radio)},
             {"transmit", transmit_json(path.transmit)},
             {"modem", modem_json(path.modem)}};
    if (!path.name.empty())
        out.update({{"name", path.name}, {"delay_ms", path.delay.count()}});
    return out;
}

json to_json(const Station& station)
{
    json peers = json::array();
    for (const auto& peer : station.peers)
        peers.push_back(to_base64(peer));
    json out{{"station",
              {{"name", station.name},
               {"role", station.role == Role::kUser ? "user" : "gateway"},
               {"key_file", station.key_file.string()},
               {"peers", peers}}},
             {"link",
              {{"delay_asymmetry_ms", station.link_delay_asymmetry.count()},
               {"journal", station.journal.string()},
               {"journal_max_mb", station.journal_max_bytes >> 20}}},
             {"dictionaries", json::object()},
             {"groups", groups_json(station.groups)},
             {"passes", passes_json(station.passes)},
             {"upstream", upstreams_json(station)},
             {"gateway", gateways_json(station)},
             {"bridge", bridges_json(station)},
             {"telemetry", json::object()}};
    out.update(paths_json(station.paths));
    if (station.paths.front().name.empty())
        out["link"]["delay_ms"] = station.paths.front().delay.count();
    if (station.contacts)
        out["contacts"] = contacts_json(station);
    if (station.former_key_file)
        out["station"]["former_key_file"] = station.former_key_file->string();
    if (station.dictionaries)
        out["dictionaries"]["folder"] = station.dictionaries->string();
    if (station.role == Role::kUser)
        out["dictionaries"]["max_kb"] = station.max_dictionary_bytes >> 10;
    if (station.telemetry)
        out["telemetry"] = local_server_json(*station.telemetry);
    return out;
}

} // namespace depinsat::config
