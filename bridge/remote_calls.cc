#include "bridge/remote_calls.h"

#include "depinsat/link/wire.h"

#include <sodium.h>

namespace depinsat::bridge {
namespace {

constexpr size_t kMaxWaiting = 4096;

} // namespace

RemoteCalls::RemoteCalls(asio::io_context& io,
                         LinkDriver& link,
                         MessageKind request,
                         MessageKind answer,
                         BridgeCounters& counters)
    : io_(io), link_(link), request_kind_(request), counters_(counters)
{
    randombytes_buf(&next_id_, sizeof(next_id_));
    link_.receive_kind(answer,
                       [this](const auto& peer, auto bytes) { on_answer(peer, bytes); });
}

void RemoteCalls::call(const link::PublicKey& peer,
                       link::Class message_class,
                       std::string body,
                       std::chrono::milliseconds timeout,
                       Done done)
{
    counters_.begin();
    if (++next_id_ == 0)
        ++next_id_; // 0 wants no answer
    const uint32_t id = next_id_;
    const auto refuse = [&](CallFault fault) {
        counters_.end(false);
        done(fault, {});
    };
    if (body.size() + kRequestHeaderBytes > link::kMaxMessageBytes)
        return refuse(CallFault::kTooLarge);
    if (!link_.peer_is_up(peer))
        return refuse(CallFault::kLinkDown);
    if (waiting_.size() >= kMaxWaiting)
        return refuse(CallFault::kBusy);
    link::Message message{message_class, request_kind_,
                          encode(Request{id, uint32_t(timeout.count()), std::move(body)})};
    const bool queued = link_.send(peer, std::move(message), timeout, [this, id](auto outcome) {
        if (outcome == link::Outcome::kUnknown)
            finish(id, CallFault::kFateUnknown, {});
    });
    if (!queued)
        return refuse(CallFault::kBusy);
    auto timer = std::make_unique<asio::steady_timer>(io_, timeout);
    timer->async_wait([this, id](error_code error) {
        if (!error)
            finish(id, CallFault::kNoAnswer, {});
    });
    waiting_.emplace(id, Waiting{peer, std::move(timer), std::move(done)});
}

void RemoteCalls::notify(const link::PublicKey& peer,
                         link::Class message_class,
                         std::string body,
                         std::chrono::milliseconds timeout)
{
    if (body.size() + kRequestHeaderBytes > link::kMaxMessageBytes || !link_.peer_is_up(peer))
        return;
    link_.send(peer,
               {message_class, request_kind_,
                encode(Request{0, uint32_t(timeout.count()), std::move(body)})},
               timeout);
}

void RemoteCalls::on_answer(const link::PublicKey& peer, std::span<const uint8_t> bytes)
{
    auto answer = decode_answer(bytes);
    if (!answer)
        return;
    const auto waiting = waiting_.find(answer->id);
    if (waiting == waiting_.end() || waiting->second.peer != peer)
        return;
    finish(answer->id, {}, std::move(answer->body));
}

void RemoteCalls::finish(uint32_t id, std::optional<CallFault> fault, std::string body)
{
    auto waiting = waiting_.extract(id);
    if (waiting.empty())
        return;
    counters_.end(!fault);
    waiting.mapped().done(fault, std::move(body));
}

} // namespace depinsat::bridge
