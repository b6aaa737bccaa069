#include "bridge/status.h"

#include "bridge/queue_drop.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace depinsat::bridge {
namespace {

namespace http = boost::beast::http;
using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto kModemSilence = 2s; // it tells how it is every 100 ms

double seconds(link::Time time)
{
    return std::chrono::duration<double>(time).count();
}

json optional_seconds(const std::optional<link::Time>& time)
{
    return time ? json(seconds(*time)) : json(nullptr);
}

json peer_time_json(const std::optional<link::PeerTime>& time)
{
    if (!time)
        return nullptr;
    return {
        {"link_time_offset_s", seconds(time->offset)},
        {"error_s", seconds(time->error)},
        {"age_s", seconds(time->age)},
        {"wall_offset_s", optional_seconds(time->wall_offset)},
        {"wall_error_s", time->wall_offset ? json(seconds(time->wall_error)) : json(nullptr)},
        {"peer_wall_error_s", optional_seconds(time->peer_wall_error)}};
}

/// Unix time as the station knows it.
json time_json(const std::optional<link::UnixTime>& time)
{
    if (!time)
        return nullptr;
    return {{"time", seconds(time->at)},
            {"error_s", optional_seconds(time->error)},
            {"peer", time->peer ? json(config::to_base64(*time->peer)) : json(nullptr)}};
}

/// Until the next contact, 0 while there is one; null if none is known.
json next_contact_json(link::Time next)
{
    return next == link::Time::max() ? json(nullptr)
                                     : json(std::max(seconds(next - now()), 0.0));
}

json peers_json(const StationState& state)
{
    json all = json::array();
    for (const auto& peer : state.station.peers) {
        all.push_back({{"key", config::to_base64(peer)},
                       {"up", state.link.peer_is_up(peer)},
                       {"time", peer_time_json(state.link.peer_time(peer))}});
        link::Time next = link::Time::max();
        for (const auto& modem : state.modems)
            next = std::min(next, state.link.next_contact(peer, modem->number()));
        if (state.contacts)
            all.back()["next_contact_s"] = next_contact_json(next);
    }
    return all;
}

json contacts_json(const StationState& state)
{
    const auto known = state.contacts->state();
    return {{"schedule", state.station.contacts->schedule.string()},
            {"contacts", known.contacts},
            {"fault", known.fault ? json(*known.fault) : json(nullptr)}};
}

json modem_json(const ModemServer& modem)
{
    if (!modem.telemetry())
        return nullptr;
    json map = to_json(*modem.telemetry());
    map["age_s"] = seconds(now() - modem.telemetry_time());
    return map;
}

json modem_port_json(const ModemServer& modem)
{
    const auto refused = modem.refused();
    return {{"curve", refused.has_value()}, {"refused", refused.value_or(0)}};
}

json acm_json(const ModemServer& modem)
{
    const ModcodChooser& modcods = modem.modcods();
    if (!modcods.adaptive())
        return nullptr;
    const auto reported = modcods.reported_es_n0_db(now());
    return {{"modcod", modcods.last().name},
            {"reported_es_n0_db", reported ? json(*reported) : json(nullptr)},
            {"frames", modem.filled_by_modcod()}};
}

json link_json(const link::LinkStats& s)
{
    return {{"packet_bytes_sent", s.packet_bytes_sent},
            {"packet_bytes_received", s.packet_bytes_received},
            {"frames_filled", s.frames_filled},
            {"frames_received", s.frames_received},
            {"segments_sent", s.segments_sent},
            {"segments_repeated", s.segments_repeated},
            {"messages_sent", s.messages_sent},
            {"messages_delivered", s.messages_delivered},
            {"messages_received", s.messages_received},
            {"messages_dropped_late", s.messages_dropped_late},
            {"duplicates", s.duplicates},
            {"rejected_packets", s.rejected_packets}};
}

json time_json(const std::optional<double>& time)
{
    return time ? json(*time) : json(nullptr);
}

json bridge_json(const BridgeCounters& c)
{
    return {{"requests", c.requests},
            {"answers", c.answers},
            {"errors", c.errors},
            {"in_flight", c.in_flight},
            {"first_request_time", time_json(c.first_request_time)},
            {"last_answer_time", time_json(c.last_answer_time)}};
}

json frames_json(const FrameCounters& f)
{
    return {{"filled", f.filled},     {"sent", f.sent},     {"late", f.late},
            {"received", f.received}, {"failed", f.failed}, {"foreign", f.foreign}};
}

/// What is of one path. Where there are several it is a member of "paths".
json modem_fields(const ModemServer& modem)
{
    return {{"modem", modem_json(modem)},
            {"modem_port", modem_port_json(modem)},
            {"acm", acm_json(modem)},
            {"frames", frames_json(modem.frames())}};
}

json path_peers_json(const StationState& state, unsigned path)
{
    json all = json::array();
    for (const auto& peer : state.station.peers) {
        const auto lane = state.link.path_state(peer, path);
        all.push_back({{"key", config::to_base64(peer)},
                       {"up", lane.up},
                       {"doubtful", lane.doubtful},
                       {"round_trip_s", seconds(lane.round_trip)},
                       {"loss", lane.loss},
                       {"packets_in_flight", lane.in_flight}});
        if (state.contacts)
            all.back()["next_contact_s"] =
                next_contact_json(state.link.next_contact(peer, path));
    }
    return all;
}

json paths_json(const StationState& state)
{
    if (state.station.paths.front().name.empty())
        return modem_fields(*state.modems.front());
    json all = json::array();
    for (const auto& modem : state.modems) {
        json one{{"name", modem->path().name},
                 {"peers", path_peers_json(state, modem->number())}};
        one.update(modem_fields(*modem));
        all.push_back(std::move(one));
    }
    return {{"paths", all}};
}

json protocols_json(const std::vector<NamedProtocol>& protocols)
{
    json all = json::object();
    for (const auto& [name, protocol] : protocols)
        if (json one = protocol->status(); !one.is_null())
            all[name] = std::move(one);
    return all;
}

// What the modem tells may be no UTF-8.
std::string dumped(const json& map)
{
    return map.dump(2, ' ', false, json::error_handler_t::replace);
}

std::optional<std::string> ailment_of(const ModemServer& modem)
{
    if (!modem.telemetry() || now() - modem.telemetry_time() > kModemSilence)
        return modem.path().prefix() + "no modem is connected";
    if (!modem.telemetry()->locked)
        return modem.path().prefix() + "the modem has no lock";
    return {};
}

/// What keeps the station from serving; empty if nothing does. One path is enough.
std::vector<std::string> ailments(const StationState& state)
{
    std::vector<std::string> all;
    for (const auto& modem : state.modems)
        if (const auto ailment = ailment_of(*modem))
            all.push_back(*ailment);
    if (all.size() < state.modems.size())
        all.clear();
    const auto& peers = state.station.peers;
    if (std::ranges::none_of(peers, [&](const auto& p) { return state.link.peer_is_up(p); }))
        all.emplace_back("no peer is up");
    for (const auto& [name, protocol] : state.protocols)
        if (const auto ailment = protocol->ailment())
            all.push_back(name + ": " + *ailment);
    return all;
}

} // namespace

StatusServer::StatusServer(asio::io_context& io,
                           const config::LocalServer& config,
                           StationState state,
                           Metrics& metrics)
    : state_(state),
      started_(now()),
      server_(io, config, [this](const HttpRequest& request, const Respond& respond) {
          router_.route(request, respond);
      })
{
    add_station_metrics(state_, metrics);
    const auto add = [this](const char* path, std::function<HttpReply()> reply) {
        router_.add(
            http::verb::get, path,
            [reply](const auto&, const auto&, const Respond& respond) { respond(reply()); });
    };
    add("/status", [this] { return HttpReply{http::status::ok, status()}; });
    add("/health", [this] { return health(); });
    add("/metrics", [&metrics] {
        return HttpReply{http::status::ok, metrics.text(), Metrics::kContentType};
    });
    add_queue_drop(router_, state_.link);
}

HttpReply StatusServer::health() const
{
    const auto all = ailments(state_);
    const auto status = all.empty() ? http::status::ok : http::status::service_unavailable;
    return {status, dumped({{"healthy", all.empty()}, {"ailments", all}})};
}

std::string StatusServer::status() const
{
    const auto& [station, link, modems, counters, protocols, contacts, dictionaries] = state_;
    const bool user = station.role == config::Role::kUser;
    json all{{"station", station.name},
             {"role", user ? "user" : "gateway"},
             {"uptime_s", seconds(now() - started_)},
             {"version", DEPINSAT_VERSION},
             {"peers", peers_json(state_)},
             {"clock", time_json(link.unix_time())},
             {"link", link_json(link.stats())},
             {"bridge", bridge_json(counters)},
             {"protocols", protocols_json(protocols)},
             {"dictionaries", dictionaries.status()}};
    all.update(paths_json(state_));
    if (contacts)
        all["contacts"] = contacts_json(state_);
    return dumped(all);
}

} // namespace depinsat::bridge
