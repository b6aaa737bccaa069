#pragma once

#include "bridge/bitcoin/connection.h"

#include "config/addresses.h"

namespace depinsat::bridge::bitcoin {

/// Keeps one connection to a node: connects, and again when it was lost.
class Dialer : private ConnectionEvents
{
public:
    static constexpr std::chrono::seconds kLongestPause{30};

    /// @param events  get what the connection tells; outlives this.
    Dialer(asio::io_context&, config::Url node, Introduction, ConnectionEvents& events);
    ~Dialer() override;

    void start() { connect(); }

    /// The connection once it is ready, else null.
    Connection* connection() const
    {
        return connection_ && connection_->ready() ? connection_.get() : nullptr;
    }
    const config::Url& node() const { return node_; }

private:
    void on_ready(Connection&) override;
    bool on_message(Connection& connection,
                    const std::string& command,
                    std::span<const uint8_t> payload) override
    {
        return events_.on_message(connection, command, payload);
    }
    void on_closed(Connection&, const std::string& why) override;

    void connect();
    void connected(tcp::socket);
    void again(const std::string& why);

    asio::io_context& io_;
    config::Url node_;
    Introduction introduction_;
    ConnectionEvents& events_;
    tcp::resolver resolver_;
    asio::steady_timer timer_;
    std::shared_ptr<tcp::socket> connecting_;
    std::shared_ptr<Connection> connection_;
    std::chrono::milliseconds pause_{0};
};

} // namespace depinsat::bridge::bitcoin
