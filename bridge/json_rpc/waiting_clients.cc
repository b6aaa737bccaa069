#include "bridge/json_rpc/waiting_clients.h"

#include "bridge/json_rpc/text.h"

#include <utility>

namespace depinsat::bridge::json_rpc {

void WaitingClients::add(asio::io_context& io,
                         std::chrono::milliseconds timeout,
                         const std::string& late,
                         Done done)
{
    if (waiting_ && waiting_->clients.size() >= kMax)
        return done(error_result(kBusy, "too many clients wait for this transaction"));
    if (waiting_)
        return waiting_->clients.push_back(std::move(done));
    waiting_ = std::make_shared<Waiting>(asio::steady_timer(io, timeout), std::vector{done});
    // The clients may be gone when their time is over.
    waiting_->timer.async_wait([this, late, weak = std::weak_ptr(waiting_)](error_code error) {
        if (error || weak.expired())
            return;
        finish(late.empty() ? error_result(kNoAnswerInTime,
                                           "the transaction is queued; the gateway's node has "
                                           "said nothing of it yet")
                            : late);
    });
}

void WaitingClients::finish(const std::string& result)
{
    if (const auto told = std::exchange(waiting_, nullptr))
        for (const auto& done : told->clients)
            done(result);
}

} // namespace depinsat::bridge::json_rpc
