#pragma once

#include "bridge/split_tcp/connections.h"

#include "config/upstream.h"

#include <vector>

namespace depinsat::bridge::split_tcp {

/// A gateway's way from the link to the services that its station.toml names, and to no others.
class Egress
{
public:
    Egress(asio::io_context&, std::vector<config::Upstream> services, Connections&);

    void take(const link::PublicKey& peer, Frame);

private:
    void open(const link::PublicKey& peer, uint32_t number, Open);
    std::shared_ptr<Connection> expect(const link::PublicKey& peer, uint32_t number);
    void connect(const config::Upstream&, const std::shared_ptr<Connection>&);

    asio::io_context& io_;
    const std::vector<config::Upstream> services_;
    Connections& connections_;
    std::map<std::pair<link::PublicKey, uint32_t>, std::weak_ptr<Connection>> expected_;
};

} // namespace depinsat::bridge::split_tcp
