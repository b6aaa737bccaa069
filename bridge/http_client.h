#pragma once

#include "bridge/asio.h"

#include "config/addresses.h"

#include <chrono>
#include <functional>
#include <string>

namespace depinsat::bridge {

/// What became of a POST.
struct HttpResult {
    enum class Fault {
        kNone,
        kUnreachable, ///< nothing was sent
        kBroken,      ///< the connection ended or the time ran out after the request went out
        kTooLarge,    ///< of the answer
    };
    Fault fault = Fault::kNone;
    unsigned status = 0;
    std::string body;
    std::string message; ///< of the fault
};

/// Posts JSON over a connection of its own.
/// @param done  called once, within `timeout`.
void post_json(asio::io_context&,
               const config::Url&,
               std::string body,
               std::chrono::milliseconds timeout,
               size_t max_answer_bytes,
               std::function<void(HttpResult)> done);

} // namespace depinsat::bridge
