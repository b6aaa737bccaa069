// IP packets of other stations, and what the rules make of them.
#include "bridge/tun/policy.h"

#include <cstdlib>

using namespace depinsat;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto packet = bridge::tun::parse_ip_packet({data, size});
    if (!packet)
        return 0;
    if (size < 20 || (packet->ports && packet->protocol != bridge::tun::kTcp &&
                      packet->protocol != bridge::tun::kUdp))
        std::abort();
    config::TunBridge everything, nothing;
    nothing.allow.clear();
    if (!bridge::tun::may_pass(*packet, everything) || bridge::tun::may_pass(*packet, nothing))
        std::abort();
    const config::TunStation all{{}, {{{}, 0}}};
    if (bridge::tun::station_of(packet->destination, {all}) == nullptr ||
        !bridge::tun::is_of(packet->source, all))
        std::abort();
    return 0;
}
