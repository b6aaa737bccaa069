#pragma once

#include "bridge/http_client.h"

#include "config/upstream.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace depinsat::bridge {

/// What is asked of a node, whichever of several it will be.
struct NodeRequest {
    boost::beast::http::verb method = boost::beast::http::verb::post;
    std::string target{}; ///< from "/" on, below the path of the node's URL; empty: that itself
    std::string body{};
    std::string content_type = "application/json"; ///< of the body, if there is one
    std::vector<std::pair<std::string, std::string>> headers{};
    std::chrono::milliseconds timeout{5000}; ///< or the node's, if that is shorter
    size_t max_answer_bytes = 32u << 20;
    bool idempotent = false; ///< may run more than once
};

/// The request as it goes to this node: with its URL, certificates and credentials.
HttpCall call_of(const config::Upstream&, NodeRequest);

} // namespace depinsat::bridge
