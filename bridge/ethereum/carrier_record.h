#pragma once

#include "depinsat/link/store.h"

namespace depinsat::bridge::ethereum {

/// Of the store: a transaction that a client handed over, and what became of it. The key is its
/// hash, the value CBOR. Numbers from 64 on are those of bridges:
/// 65 of json_rpc/edge_job.h, 66 of solana/carrier_ordinary.cc.
inline constexpr link::Record kCarriedRecord{64};

} // namespace depinsat::bridge::ethereum
