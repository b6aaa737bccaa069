#pragma once

#include "bridge/beacon/surroundings.h"
#include "bridge/link_driver.h"

namespace depinsat::bridge::beacon {

/// The daemon's clock, event loop and link.
class AsioSurroundings : public Surroundings
{
public:
    /// @param io, link  outlive this.
    AsioSurroundings(asio::io_context& io, LinkDriver& link) : io_(io), link_(link) {}

    UnixTime now() const override
    {
        return std::chrono::system_clock::now().time_since_epoch();
    }

    void after(std::chrono::nanoseconds time, std::function<void()> what) override
    {
        auto timer = std::make_shared<asio::steady_timer>(io_, time);
        timer->async_wait([timer, what = std::move(what)](error_code error) {
            if (!error)
                what();
        });
    }

    bool send(const link::PublicKey& peer,
              link::Message message,
              Milliseconds lifetime,
              Done done) override
    {
        return link_.send(peer, std::move(message), lifetime, std::move(done));
    }

    bool is_up(const link::PublicKey& peer) const override { return link_.peer_is_up(peer); }

private:
    asio::io_context& io_;
    LinkDriver& link_;
};

} // namespace depinsat::bridge::beacon
