#pragma once

#include "raptorq_channel.h"

#include <array>

namespace depinsat::test {

/// Blocks that were not decoded with K + 0, K + 1, K + 2 symbols, of `blocks` receptions.
inline std::array<unsigned, 3>
raptorq_failures(unsigned k, double loss, unsigned blocks, unsigned seed)
{
    const auto plan = std::make_shared<const fec::RaptorQPlan>(k);
    RaptorQSender sender(plan, 4, seed);
    fec::RaptorQDecoder decoder(plan, 4);
    std::array<unsigned, 3> failures{};
    for (unsigned block = 0; block < blocks; ++block) {
        decoder.reset();
        unsigned given = 0;
        for (const uint32_t esi : sender.received(loss, 3)) {
            decoder.add(sender.symbol(esi), esi);
            if (++given >= k && given < k + 3 && !decoder.decoded())
                ++failures[given - k];
        }
    }
    return failures;
}

} // namespace depinsat::test
