#include "bridge/status.h"

#include <nlohmann/json.hpp>

namespace depinsat::bridge {
namespace {

namespace http = boost::beast::http;
using nlohmann::json;

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

json peers_json(const config::Station& station, const LinkDriver& link)
{
    json all = json::array();
    for (const auto& peer : station.peers)
        all.push_back({{"key", config::to_base64(peer)},
                       {"up", link.peer_is_up(peer)},
                       {"time", peer_time_json(link.peer_time(peer))}});
    return all;
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
    const auto reported = modcods.reported_es_n0_db();
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

} // namespace

StatusServer::StatusServer(asio::io_context& io,
                           const config::Listen& listen,
                           const config::Station& station,
                           const LinkDriver& link,
                           const ModemServer& modem,
                           const BridgeCounters& counters)
    : station_(station),
      link_(link),
      modem_(modem),
      counters_(counters),
      started_(now()),
      server_(io, listen, [this](const HttpRequest& request, const Respond& respond) {
          respond(reply_to(request));
      })
{}

HttpReply StatusServer::reply_to(const HttpRequest& request) const
{
    if (request.target() != "/status")
        return {http::status::not_found, {}};
    if (request.method() != http::verb::get)
        return {http::status::method_not_allowed, {}};
    return {http::status::ok, status()};
}

std::string StatusServer::status() const
{
    const bool user = station_.role == config::Role::kUser;
    const json status{{"station", station_.name},
                      {"role", user ? "user" : "gateway"},
                      {"uptime_s", seconds(now() - started_)},
                      {"version", DEPINSAT_VERSION},
                      {"peers", peers_json(station_, link_)},
                      {"clock", time_json(link_.unix_time())},
                      {"modem", modem_json(modem_)},
                      {"modem_port", modem_port_json(modem_)},
                      {"acm", acm_json(modem_)},
                      {"link", link_json(link_.stats())},
                      {"bridge", bridge_json(counters_)},
                      {"frames", frames_json(modem_.frames())}};
    // The modem's texts may be no UTF-8.
    return status.dump(2, ' ', false, json::error_handler_t::replace);
}

} // namespace depinsat::bridge
