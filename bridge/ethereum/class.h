#pragma once

#include "depinsat/link/link.h"

#include <string_view>

namespace depinsat::bridge::ethereum {

/// Transactions go first, whatever else waits.
inline link::Class class_of(std::string_view method)
{
    return method == "eth_sendRawTransaction" ? link::Class::kTransaction
                                              : link::Class::kInteractive;
}

} // namespace depinsat::bridge::ethereum
