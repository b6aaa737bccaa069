#pragma once

#include "bridge/asio.h"

#include <chrono>
#include <functional>
#include <utility>

namespace depinsat::bridge::bitcoin {

/// For what goes on while something is queued.
class TurnTimer
{
public:
    explicit TurnTimer(asio::io_context& io) : timer_(io) {}

    bool runs() const { return runs_; }
    void stop()
    {
        timer_.cancel();
        runs_ = false;
    }

    /// Calls `next` once, after a turn.
    void start(std::function<void()> next)
    {
        runs_ = true;
        timer_.expires_after(kTurn);
        timer_.async_wait([this, next = std::move(next)](error_code error) {
            if (error)
                return;
            runs_ = false;
            next();
        });
    }

private:
    static constexpr std::chrono::milliseconds kTurn{100};

    asio::steady_timer timer_;
    bool runs_ = false;
};

} // namespace depinsat::bridge::bitcoin
