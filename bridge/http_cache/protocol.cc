#include "bridge/http_cache/protocol.h"

#include "bridge/http_cache/edge.h"
#include "bridge/http_cache/egress.h"

namespace depinsat::bridge::http_cache {
namespace {

class HttpCache : public Protocol
{
public:
    explicit HttpCache(const BridgeContext& context) : context_(context)
    {
        const auto& bridges = context.station.http;
        const auto upstreams = upstreams_of(context.station, "http");
        size_t cache_bytes = 0;
        for (const auto& bridge : bridges)
            cache_bytes += bridge.cache_bytes;
        if (!bridges.empty())
            edge_.emplace(context, cache_bytes,
                          ordinary_.emplace(context, "http", upstreams, checks()));
        for (const auto& bridge : bridges) {
            context.dictionaries.use(dictionary_name(bridge.service));
            for_key("bridge.http.listen", [&] {
                servers_.push_back(std::make_unique<HttpServer>(
                    context.io, bridge.server,
                    [this, &bridge](const HttpRequest& request, const Respond& respond) {
                        edge_->handle(bridge, request, respond);
                    }));
            });
        }
        if (context.station.role == config::Role::kGateway && !upstreams.empty())
            egress_.emplace(context, upstreams);
    }

    bool is_empty() const { return !edge_ && !egress_; }

    void start() override
    {
        if (ordinary_)
            ordinary_->start();
        for (const auto& server : servers_)
            server->start();
    }

    nlohmann::json status() const override
    {
        if (!edge_)
            return nullptr;
        auto out = edge_->status();
        for (const auto& bridge : context_.station.http)
            out["services"][bridge.service] = ordinary_->status(bridge.service);
        return out;
    }

    std::optional<std::string> ailment() const override
    {
        for (const auto& bridge : context_.station.http)
            if (!context_.link.first_up(bridge.gateways) && !ordinary_->serves(bridge.service))
                return "service " + bridge.service + ": " + kNoWay;
        return {};
    }

private:
    const BridgeContext context_;
    std::optional<Ordinary> ordinary_;
    std::optional<Edge> edge_;
    std::vector<std::unique_ptr<HttpServer>> servers_;
    std::optional<Egress> egress_;
};

} // namespace

std::unique_ptr<Protocol> make_protocol(const BridgeContext& context)
{
    return make_unless_empty<HttpCache>(context);
}

} // namespace depinsat::bridge::http_cache
