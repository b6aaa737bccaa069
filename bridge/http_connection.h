#pragma once

#include "bridge/asio.h"

#include "config/addresses.h"

#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace depinsat::bridge {

/// One connection to a server, plain or TLS.
class HttpConnection : public std::enable_shared_from_this<HttpConnection>
{
public:
    using Plain = boost::beast::tcp_stream;
    using Tls = boost::beast::ssl_stream<boost::beast::tcp_stream>;

    /// @param context  of TLS; none: plain. Outlives the connection.
    HttpConnection(asio::io_context&, asio::ssl::context* context);

    /// Resolves, connects and shakes hands; `done` is called once, unless close() comes first.
    void connect(const config::Url&, std::function<void(error_code)> done);
    void close();

    /// Whether a kept connection is still good: neither closed by the server nor with bytes
    /// that nobody asked for.
    bool is_quiet();

    /// Calls `action` with the stream, of either kind.
    template <class Action>
    void with_stream(Action action)
    {
        std::visit(action, stream_);
    }
    boost::beast::flat_buffer& buffer() { return buffer_; }

private:
    void shake_hands(const std::string& host, std::function<void(error_code)> done);
    tcp::socket& socket();

    tcp::resolver resolver_;
    std::variant<Plain, Tls> stream_;
    boost::beast::flat_buffer buffer_;
};

/// Connections that wait for the next request, and the contexts of TLS.
class HttpPool
{
public:
    explicit HttpPool(asio::io_context& io) : io_(io) {}

    /// A kept connection that was checked against the same certificates, or nothing.
    std::shared_ptr<HttpConnection> take(const config::Url&,
                                         const std::optional<std::filesystem::path>& ca_file);

    /// @throws std::runtime_error if the file of certificates cannot be read.
    std::shared_ptr<HttpConnection> make(const config::Url&,
                                         const std::optional<std::filesystem::path>& ca_file);
    void give_back(const config::Url&,
                   const std::optional<std::filesystem::path>& ca_file,
                   std::shared_ptr<HttpConnection>);

private:
    struct Kept {
        std::shared_ptr<HttpConnection> connection;
        std::chrono::steady_clock::time_point since;
    };

    asio::ssl::context& context(const std::optional<std::filesystem::path>& ca_file);

    asio::io_context& io_;
    std::map<std::filesystem::path, std::unique_ptr<asio::ssl::context>> contexts_;
    std::map<std::string, std::vector<Kept>> kept_; ///< by scheme, authority and certificates
};

} // namespace depinsat::bridge
