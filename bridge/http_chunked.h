#pragma once

#include "bridge/http_state.h"

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>

#include <memory>
#include <string>

namespace depinsat::bridge {

/// Sends a header and `first`, and the rest of the reply as it comes, chunk by chunk, over a
/// connection that ends with it. For http_session.cc.
std::shared_ptr<HttpStream>
start_chunked(boost::beast::tcp_stream,
              HttpClientTicket,
              boost::beast::http::response<boost::beast::http::empty_body> header,
              std::string first);

} // namespace depinsat::bridge
