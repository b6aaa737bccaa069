#pragma once

#include "bridge/bitcoin/block.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace depinsat::test {

inline bridge::bitcoin::Bytes read_bitcoin_vector(const std::string& name)
{
    std::ifstream in(DEPINSAT_VECTORS "/bitcoin/" + name, std::ios::binary);
    if (!in)
        throw std::runtime_error("cannot read " + name);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A recorded block with 1001 transactions.
inline bridge::bitcoin::BlockPtr recorded_block()
{
    return bridge::bitcoin::parse_block(read_bitcoin_vector("block_1001.bin"));
}

inline nlohmann::json recorded_relay()
{
    return nlohmann::json::parse(read_bitcoin_vector("relay.json"));
}

/// Its transactions but the coinbase, in the order in which they were relayed before it.
inline std::vector<bridge::bitcoin::TransactionPtr>
in_order_of_arrival(const bridge::bitcoin::Block& block)
{
    std::vector<bridge::bitcoin::TransactionPtr> all;
    const auto relay = recorded_relay();
    for (const size_t index : relay["arrival"])
        all.push_back(block.transactions.at(index));
    return all;
}

} // namespace depinsat::test
