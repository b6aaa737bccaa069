#pragma once

#include "bridge/bitcoin/block.h"
#include "bridge/link_driver.h"

#include <deque>

namespace depinsat::bridge::bitcoin {

/// Sends blocks to all members of a group, who need no way back: each stands alone.
class Broadcaster
{
public:
    /// @param link  outlives this.
    Broadcaster(LinkDriver& link, link::GroupId group) : link_(link), group_(group) {}

    /// Sends a block, unless it was sent.
    void send(const Block&);

    uint64_t sent() const { return sent_; }

private:
    static constexpr size_t kRemembered = 32;

    LinkDriver& link_;
    link::GroupId group_;
    std::deque<Hash256> latest_;
    uint32_t transfer_ = 0;
    uint64_t sent_ = 0;
};

} // namespace depinsat::bridge::bitcoin
