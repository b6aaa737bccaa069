#pragma once

#include <zmq.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace depinsat::space {

/// A ROUTER whose queues and messages are bounded, bound to an ipc:// or tcp:// endpoint.
///
/// The folder of an ipc:// endpoint is made with mode 0700 if it is missing.
/// @throws std::runtime_error that names the endpoint if it cannot be bound, also where another
///         process listens.
zmq::socket_t
bind_router(zmq::context_t& context, const std::string& endpoint, size_t max_message_bytes);

enum class SendResult { kSent, kFull, kGone };

/// Sends a message of two parts to a peer; never waits.
SendResult send_to(zmq::socket_t& router,
                   std::string_view identity,
                   std::span<const uint8_t> map,
                   std::span<const uint8_t> body);

} // namespace depinsat::space
