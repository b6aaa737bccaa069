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
        size_t cache_bytes = 0;
        for (const auto& bridge : bridges)
            cache_bytes += bridge.cache_bytes;
        if (!bridges.empty())
            edge_.emplace(context, cache_bytes);
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
        auto upstreams = upstreams_of(context.station, "http");
        if (!upstreams.empty())
            egress_.emplace(context, std::move(upstreams));
    }

    bool is_empty() const { return !edge_ && !egress_; }

    void start() override
    {
        for (const auto& server : servers_)
            server->start();
    }

    nlohmann::json status() const override
    {
        return edge_ ? edge_->status() : nlohmann::json(nullptr);
    }

    std::optional<std::string> ailment() const override
    {
        for (const auto& bridge : context_.station.http)
            if (!context_.link.first_up(bridge.gateways))
                return "no gateway is up";
        return {};
    }

private:
    const BridgeContext context_;
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
