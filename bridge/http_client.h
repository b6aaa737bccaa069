#pragma once

#include "bridge/asio.h"
#include "bridge/http_connection.h"

#include "config/addresses.h"

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/verb.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace depinsat::bridge {

/// One request to a node.
struct HttpCall {
    config::Url url;
    boost::beast::http::verb method = boost::beast::http::verb::post;
    std::string target{}; ///< path and query; empty: those of the URL
    std::string body{};
    std::string content_type = "application/json"; ///< of the body, if there is one
    std::vector<std::pair<std::string, std::string>> headers{};
    std::chrono::milliseconds timeout{5000};
    size_t max_answer_bytes = 1u << 20;
    std::optional<std::filesystem::path> ca_file{}; ///< of https; none: the system's

    /// Whether it may go out once more, over a new connection, if the node closes a kept one
    /// without a byte in answer. If not, that is kBroken.
    bool idempotent = false;
};

/// What became of a call.
struct HttpResult {
    enum class Fault {
        kNone,
        kUnreachable, ///< nothing was sent: DNS, connection or TLS failed
        kBroken,      ///< the connection ended or the time ran out after the request went out
        kTooLarge,    ///< of the answer
    };
    Fault fault = Fault::kNone;
    unsigned status = 0;
    std::string body;
    std::string message; ///< of the fault

    /// Those of the answer but for Access-Control-*, which speak to another origin.
    boost::beast::http::fields headers{};
};

/// An answer that goes on, such as server-sent events. Gone when this is destroyed.
class HttpDownload
{
public:
    virtual ~HttpDownload() = default;
};

/// HTTP/1.1 client for nodes on ordinary connections: http and https, connections kept for the
/// next request. Certificates are verified against the host's name.
class HttpClient
{
public:
    explicit HttpClient(asio::io_context&);
    ~HttpClient();

    /// @param done  called once, within the call's time-out; never from within request().
    void request(HttpCall, std::function<void(HttpResult)> done);

    /// Opens an answer that has no end.
    /// @param on_open  the header has come; its status may be any.
    /// @param on_data  a piece of the body.
    /// @param on_end   called once, last: the answer ended or broke, or nothing at all came for
    ///                 the call's time-out, before the header or between pieces.
    std::unique_ptr<HttpDownload> download(HttpCall,
                                           std::function<void(unsigned status)> on_open,
                                           std::function<void(std::string_view)> on_data,
                                           std::function<void(HttpResult)> on_end);

private:
    asio::io_context& io_;
    std::shared_ptr<HttpPool> pool_;
};

} // namespace depinsat::bridge
