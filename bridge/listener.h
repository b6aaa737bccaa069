#pragma once

#include "bridge/asio.h"

#include "config/addresses.h"

#include <functional>

namespace depinsat::bridge {

/// Accepts connections of programs of this machine, one after the other, and goes on when the
/// system has no descriptor left for one.
class Listener
{
public:
    using Take = std::function<void(tcp::socket)>;

    /// Listens; nobody is accepted before start().
    /// @throws std::runtime_error naming the address if it cannot be had.
    Listener(asio::io_context&, const config::Listen&, Take);
    void start() { accept(); }

private:
    void accept();

    tcp::acceptor acceptor_;
    asio::steady_timer retry_;
    Take take_;
};

} // namespace depinsat::bridge
