#pragma once

#include "bridge/bitcoin/allowance.h"
#include "bridge/bitcoin/link_book.h"
#include "bridge/bitcoin/node_state.h"
#include "bridge/bitcoin/turn_timer.h"

namespace depinsat::bridge::bitcoin {

/// A user station as its gateway sees it: what it wants, and what it got.
///
/// Bounds  kMaxQueued transactions wait for their turn, further ones come with their block; at
///         most kMaxInFlight bytes of them are on their way.
class Subscriber
{
public:
    static constexpr size_t kMaxQueued = 2000;
    static constexpr size_t kMaxInFlight = 24 * 1024;

    /// @param state, link  outlive this.
    Subscriber(asio::io_context&,
               LinkDriver& link,
               const NodeState& state,
               const link::PublicKey&);

    LinkBook& book() { return book_; }
    bool wants_transactions() const { return wants_.transactions; }
    uint64_t fee_filter() const { return wants_.fee_filter; }

    /// Takes what it wants from now on, and sends the headers that it lacks.
    void subscribe(const Subscription&);

    /// Relays a transaction, in its turn and with those that it spends.
    void relay(TransactionPtr);

    /// Sends a block, unless it was sent.
    void push(const Block&);

    /// Sends a block that was asked for.
    void serve(const Block&, BlockForm);
    void not_found(const Hash256& block);

private:
    void send_next();
    void send_headers();
    bool may_send() const;

    LinkDriver& link_;
    const NodeState& state_;
    link::PublicKey peer_;
    LinkBook book_;
    Subscription wants_;
    TurnTimer turn_;
    std::deque<TransactionPtr> queue_;
    std::deque<Hash256> pushed_; ///< blocks
    Allowance allowance_;
    std::shared_ptr<size_t> in_flight_ = std::make_shared<size_t>(0);
};

} // namespace depinsat::bridge::bitcoin
