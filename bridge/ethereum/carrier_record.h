#pragma once

#include "depinsat/link/store.h"

namespace depinsat::bridge::ethereum {

/// Of the store: a transaction that a client handed over, and what became of it. The key is its
/// hash, the value CBOR. Numbers from 64 on are those of bridges.
inline constexpr link::Record kCarriedRecord{64};

} // namespace depinsat::bridge::ethereum
