#pragma once

#include "bridge/link_driver.h"
#include "bridge/split_tcp/connection.h"

#include <deque>
#include <map>
#include <memory>
#include <utility>

namespace depinsat::bridge::split_tcp {

/// The halves that this station has, by the station at the other end and number.
class Connections
{
public:
    /// @param hold   a message of a connection waits so long for a link that is down; then the
    ///               connection ends.
    /// @param limit  of all connections, and of those with one peer.
    Connections(asio::io_context&,
                LinkDriver&,
                const Limits&,
                std::chrono::seconds hold,
                size_t limit,
                size_t limit_of_peer);

    /// @return nothing if there are too many, or the number is in use.
    std::shared_ptr<Connection> add(const link::PublicKey& peer, uint32_t number);
    std::shared_ptr<Connection> find(const link::PublicKey& peer, uint32_t number) const;

    /// Whether there was one of that number within the last minute: what still comes for it was
    /// on its way.
    bool ended_lately(const link::PublicKey& peer, uint32_t number) const;

    /// Tells a peer that it has no such connection here.
    void refuse(const link::PublicKey& peer, uint32_t number, Reason);

    /// Calls `take` with what comes over the link; what is malformed is dropped.
    void receive(std::function<void(const link::PublicKey& peer, Frame)> take);

    size_t size() const { return halves_.size(); }

private:
    using Place = std::pair<link::PublicKey, uint32_t>;

    bool send(const Place&, Body, Connection::Delivered);
    void end(const Place&);

    asio::io_context& io_;
    LinkDriver& link_;
    const Limits limits_;
    const std::chrono::seconds hold_;
    const size_t limit_, limit_of_peer_;
    std::map<Place, std::shared_ptr<Connection>> halves_;
    std::map<link::PublicKey, size_t> of_peer_;
    std::deque<std::pair<Place, link::Time>> ended_; ///< oldest first, at most limit_
};

} // namespace depinsat::bridge::split_tcp
