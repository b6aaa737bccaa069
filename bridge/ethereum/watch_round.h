#pragma once

#include "bridge/ethereum/watch.h"

#include <set>

namespace depinsat::bridge::ethereum {

/// The results for one head.
struct Watch::Round {
    std::map<std::string, std::string> results; ///< by call; empty: none came
    std::map<std::string, std::string> proven;  ///< of receipts: the result with its proof
    size_t missing = 0;
    bool new_head = false, follows = false;
    std::set<std::string> transactions; ///< calls for the receipts of the head
};

} // namespace depinsat::bridge::ethereum
