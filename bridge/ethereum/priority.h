#pragma once

#include "depinsat/link/link.h"

#include <string_view>

namespace depinsat::bridge::ethereum {

/// Transactions go first, whatever else waits.
inline link::Priority priority_of(std::string_view method)
{
    return method == "eth_sendRawTransaction" ? link::Priority::kHigh : link::Priority::kLow;
}

} // namespace depinsat::bridge::ethereum
