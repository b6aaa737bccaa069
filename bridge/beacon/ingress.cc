#include "bridge/beacon/ingress.h"

#include "bridge/beacon/http_api.h"
#include "bridge/messages.h"

#include <sodium.h>

#include <algorithm>

namespace depinsat::bridge::beacon {
namespace {

namespace http = boost::beast::http;

constexpr uint8_t kKinds[] = {kBeaconAnswer, kBeaconVerdict, kBeaconNews, kBeaconEvent,
                              kBeaconState};

/// Keys of hundreds of validators stand in the target of one request.
constexpr size_t kMaxHeaderBytes = 64u << 10;

/// A block takes its node longer than anything else.
constexpr std::chrono::milliseconds kBlockTimeout{12000};

/// Whether a request may be made twice: what is read, and lists of which a node takes each
/// entry once.
bool may_repeat(const ApiRequest& request, const Route& route)
{
    switch (route.endpoint) {
    case Endpoint::kSubmission:
    case Endpoint::kProposerDuties:
    case Endpoint::kAttesterDuties:
    case Endpoint::kSyncDuties:
    case Endpoint::kPerEpoch:
        return true;
    default:
        return !request.post;
    }
}

EdgeConfig edge_config(const config::Station& station, const config::BeaconBridge& bridge)
{
    EdgeConfig config;
    for (const auto& key : bridge.gateways) {
        const auto named = std::ranges::find(station.gateways, key, &config::Gateway::key);
        config.gateways.push_back(
            {key, named == station.gateways.end() ? std::string() : named->operator_name});
    }
    config.agreement = bridge.agreement;
    config.timeout = bridge.timeout;
    config.deadlines = {{bridge.attestation_due, bridge.aggregate_due},
                        {bridge.gloas_attestation_due, bridge.gloas_aggregate_due}};
    randombytes_buf(&config.first_id, sizeof(config.first_id));
    return config;
}

} // namespace

Ingress::Ingress(const BridgeContext& context, const config::BeaconBridge& bridge)
    : timeout_(bridge.timeout),
      world_(context.io, context.link),
      edge_(edge_config(context.station, bridge), world_),
      ordinary_(context),
      server_(context.io,
              bridge.server,
              [this](const HttpRequest& request, bridge::Respond respond) {
                  handle(request, respond);
              })
{
    server_.serve_methods({http::verb::get, http::verb::post});
    server_.take_content_type("application/octet-stream");
    server_.limits().max_header_bytes = kMaxHeaderBytes;
    for (const uint8_t kind : kKinds)
        context.link.receive_kind(kind, [this, kind](const auto& peer, auto bytes) {
            edge_.on_message(peer, kind, bytes);
        });
    ordinary_.on_change = [this](bool serves) {
        edge_.stand_by(serves);
    };
    ordinary_.on_event = [this](std::string_view topic, const std::string& data) {
        edge_.on_ordinary_event(topic, data);
    };
    context.link.watch_peers([this](const auto& peer, bool up) { edge_.on_peer(peer, up); });
    count(context.metrics);
}

void Ingress::start()
{
    ordinary_.start();
    server_.start();
}

void Ingress::count(Metrics& metrics)
{
    metrics.gauge("depinsat_ordinary_up", "Whether a node of the ordinary connection serves",
                  {{"protocol", "beacon"}, {"service", ""}},
                  [this] { return double(ordinary_.serves()); });
    const auto add = [&](const char* name, const char* help, auto value) {
        metrics.counter(std::string("depinsat_beacon_") + name + "_total", help, {},
                        [value] { return double(value()); });
    };
    add("requests", "Requests of validator clients",
        [this] { return edge_.counters().requests; });
    add("local_answers", "Of these, answered without the link",
        [this] { return edge_.counters().local; });
    add("heads", "Heads that were passed on", [this] { return edge_.counters().heads; });
    add("refused_templates", "Attestation data that was not handed out",
        [this] { return edge_.counters().refused_templates; });
    add("late_failures", "Submissions that failed after the client had been answered",
        [this] { return edge_.submissions().late_failures(); });
}

void Ingress::handle(const HttpRequest& http, const bridge::Respond& respond)
{
    const ApiRequest request = api_request(http);
    const auto route = route_of(request.post, request.target);
    if (route && route->endpoint == Endpoint::kEvents)
        return stream(request.target, respond);
    if (route && ordinary_.serves())
        return by_ordinary(request, *route, respond);
    by_satellite(request, respond);
}

void Ingress::by_satellite(const ApiRequest& request, const bridge::Respond& respond)
{
    edge_.handle(request, [respond](const ApiReply& reply) { respond(http_reply(reply)); });
}

void Ingress::by_ordinary(const ApiRequest& original,
                          const Route& route,
                          const bridge::Respond& respond)
{
    edge_.touch_client();
    ApiRequest request = original;
    // What is checked here is read as JSON.
    if (route.endpoint == Endpoint::kAttestationData || route.endpoint == Endpoint::kAggregate)
        request.wants_ssz = false;
    const bool repeatable = may_repeat(request, route);
    const auto timeout =
        route.endpoint == Endpoint::kBlock ? std::max(timeout_, kBlockTimeout) : timeout_;
    ordinary_.ask(request, repeatable, timeout,
                  [this, request, route, respond, repeatable](const auto& reply, bool sent) {
                      if (!reply && sent && !repeatable)
                          return respond(http_reply(
                              error_reply(504, "the ordinary connection failed; whether the "
                                               "request was carried out is not known")));
                      if (!reply)
                          return by_satellite(request, respond);
                      const auto fault =
                          edge_.fault_of(request, route, *reply, ordinary_.chain());
                      respond(http_reply(fault ? error_reply(503, *fault) : *reply));
                  });
}

void Ingress::stream(const std::string& target, const bridge::Respond& respond)
{
    const auto wanted = topics_of(target);
    if (const auto fault = edge_.check_topics(wanted))
        return respond(http_reply(error_reply(400, *fault)));
    HttpReply reply;
    reply.content_type = "text/event-stream";
    reply.headers.emplace_back("Cache-Control", "no-cache");
    reply.body = ":\n\n"; // the client sees that it is open
    reply.stream = [this, wanted](const std::shared_ptr<HttpStream>& client) {
        const uint64_t id = edge_.subscribe(wanted, [client](std::string_view topic,
                                                             const std::string& data) {
            return client->write("event: " + std::string(topic) + "\ndata: " + data + "\n\n");
        });
        ordinary_.listen(edge_.topics_wanted());
        client->on_closed = [this, id] {
            edge_.unsubscribe(id);
            ordinary_.listen(edge_.topics_wanted());
        };
    };
    respond(std::move(reply));
}

nlohmann::json Ingress::status() const
{
    const EdgeCounters& counters = edge_.counters();
    nlohmann::json out = ordinary_.status();
    out.update({{"requests", counters.requests},
                {"local", counters.local},
                {"heads", counters.heads},
                {"refused_templates", counters.refused_templates},
                {"late_failures", edge_.submissions().late_failures()}});
    if (const auto& head = edge_.gateways().head())
        out["head"] = {{"slot", head->slot}, {"block", to_hex(head->block)}};
    return out;
}

std::optional<std::string> Ingress::ailment() const
{
    const Gateways& gateways = edge_.gateways();
    if (gateways.up() < gateways.agreement() && !ordinary_.serves())
        return "fewer gateways are up than have to agree";
    return {};
}

} // namespace depinsat::bridge::beacon
