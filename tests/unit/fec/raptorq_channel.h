#pragma once

#include "depinsat/fec/raptorq_decoder.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <random>
#include <vector>

namespace depinsat::test {

/// A source block, its encoder, and a channel that loses symbols.
class RaptorQSender
{
public:
    using Octets = std::vector<uint8_t>;

    RaptorQSender(std::shared_ptr<const fec::RaptorQPlan> plan, size_t bytes, unsigned seed)
        : encoder_(plan, bytes), source(plan->source_symbols() * bytes), rng(seed)
    {
        for (auto& octet : source)
            octet = uint8_t(rng());
        encoder_.set_source(source);
    }

    Octets symbol(uint32_t esi) const
    {
        Octets symbol(encoder_.symbol_bytes());
        encoder_.encode(symbol, esi);
        return symbol;
    }

    /// Source symbols with a share of them lost, and repair symbols anywhere in the 24 bits, in
    /// any order.
    std::vector<uint32_t> received(double loss, unsigned overhead)
    {
        const unsigned k = encoder_.plan().source_symbols();
        std::vector<uint32_t> esis(k);
        std::iota(esis.begin(), esis.end(), 0u);
        std::shuffle(esis.begin(), esis.end(), rng);
        esis.resize(size_t((1 - loss) * k));
        std::uniform_int_distribution<uint32_t> repair(k, fec::kRaptorQMaxEsi);
        while (esis.size() < k + overhead)
            if (const uint32_t esi = repair(rng);
                std::find(esis.begin(), esis.end(), esi) == esis.end())
                esis.push_back(esi);
        std::shuffle(esis.begin(), esis.end(), rng);
        return esis;
    }

private:
    fec::RaptorQEncoder encoder_;

public:
    Octets source;
    std::mt19937 rng;
};

} // namespace depinsat::test
