#pragma once

#include "bridge/link_driver.h"

#include <nlohmann/json.hpp>

#include <algorithm>

/// What the store keeps of transactions that a user station took from its clients: values are
/// CBOR. Numbers of records from 64 on are those of bridges:
/// 65 of json_rpc/edge_job.h.
namespace depinsat::bridge {

inline constexpr link::Record kEthereumCarried{64}; ///< by hash
inline constexpr link::Record kSolanaOrdinary{66};  ///< kept_messages.h: on its way there
inline constexpr link::Record kSolanaCarried{67};   ///< by the key of its message

/// Bytes of a record, and those of a fixed size; what is missing is zeros.
template <class Bytes>
nlohmann::ordered_json bytes_json(const Bytes& bytes)
{
    return nlohmann::ordered_json::binary({bytes.begin(), bytes.end()});
}

template <class Array>
Array array_of(const nlohmann::ordered_json& json)
{
    Array array{};
    const auto& bytes = json.get_binary();
    std::copy_n(bytes.begin(), std::min(bytes.size(), array.size()), array.begin());
    return array;
}

/// A time of this process as Unix time in s, which outlives it, and back; never in the future.
int64_t to_wall_seconds(link::Time);
link::Time from_wall_seconds(int64_t);

} // namespace depinsat::bridge
