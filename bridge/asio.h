#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

/// Names that every file of the bridge uses.
namespace depinsat::bridge {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

} // namespace depinsat::bridge
