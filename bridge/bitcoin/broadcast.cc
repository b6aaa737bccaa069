#include "bridge/bitcoin/broadcast.h"

#include "bridge/bitcoin/block_code.h"
#include "bridge/bitcoin/station_wire.h"
#include "bridge/messages.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace depinsat::bridge::bitcoin {
namespace {

constexpr std::chrono::seconds kLifetime{600};

} // namespace

void Broadcaster::send(const Block& block)
{
    const Hash256 hash = hash_of(block.header);
    if (std::ranges::count(latest_, hash))
        return;
    latest_.push_back(hash);
    if (latest_.size() > kRemembered)
        latest_.pop_front();
    bool queued = true;
    for (auto& part : split(encode_alone(block), ++transfer_))
        queued &= link_.send_group(
            group_, {link::Class::kBlock, kBitcoinBroadcast, std::move(part)}, kLifetime);
    if (queued)
        ++sent_;
    else
        spdlog::warn("bitcoin: a block found no room to be broadcast");
}

} // namespace depinsat::bridge::bitcoin
