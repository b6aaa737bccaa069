#include "bridge/protocol.h"

#include "bridge/beacon/protocol.h"
#include "bridge/bitcoin/protocol.h"
#include "bridge/ethereum/protocol.h"
#include "bridge/http_cache/protocol.h"
#include "bridge/json_rpc/protocol.h"
#include "bridge/solana/protocol.h"
#include "bridge/split_tcp/protocol.h"
#include "bridge/tun/protocol.h"

namespace depinsat::bridge {
namespace {

struct Row {
    const char* name; ///< as in `[[bridge.NAME]]` and `upstream.protocol`

    /// @return nothing if the station has none of it.
    std::unique_ptr<Protocol> (*make)(const BridgeContext&);
};

constexpr Row kProtocols[] = {
    {"bitcoin", bitcoin::make_protocol},   {"ethereum", ethereum::make_protocol},
    {"beacon", beacon::make_protocol},     {"http", http_cache::make_protocol},
    {"json_rpc", json_rpc::make_protocol}, {"solana", solana::make_protocol},
    {"tcp", split_tcp::make_protocol},     {"tun", tun::make_protocol},
};

} // namespace

std::vector<NamedProtocol> make_protocols(const BridgeContext& context)
{
    std::vector<NamedProtocol> all;
    for (const auto& row : kProtocols)
        if (auto protocol = row.make(context))
            all.push_back({row.name, std::move(protocol)});
    return all;
}

} // namespace depinsat::bridge
