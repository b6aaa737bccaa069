#include "bridge/beacon/calls.h"

#include "bridge/messages.h"

#include "depinsat/link/wire.h"

#include <algorithm>

namespace depinsat::bridge::beacon {
namespace {

constexpr size_t kMaxCalls = 1024;

} // namespace

Calls::Calls(Surroundings& world, Gateways& gateways, uint32_t first_id)
    : world_(world), gateways_(gateways), next_id_(first_id)
{}

void Calls::call(const ApiRequest& request,
                 link::Class message_class,
                 Milliseconds timeout,
                 FarGateway* only,
                 Done done)
{
    if (calls_.size() >= kMaxCalls)
        return done(error_reply(503, "too many requests wait for the link; nothing was sent"),
                    nullptr);
    const uint32_t id = next_id_++;
    Call call{.request = request,
              .message_class = message_class,
              .deadline = world_.now() + timeout,
              .only_one = only != nullptr,
              .done = std::move(done)};
    calls_.emplace(id, std::move(call));
    world_.after(timeout, [this, id] {
        finish(id, error_reply(504, "no answer over the link in time"), nullptr);
    });
    if (only)
        send_to(id, *only);
    else
        send(id);
}

/// To the next gateway that has not had it.
void Calls::send(uint32_t id)
{
    const auto call = calls_.find(id);
    if (call == calls_.end())
        return;
    FarGateway* gateway = gateways_.pick(call->second.tried);
    if (!gateway || (call->second.only_one && !call->second.tried.empty()))
        return finish(id, error_reply(503, "the link to the gateway is down"), nullptr);
    send_to(id, *gateway);
}

void Calls::send_to(uint32_t id, FarGateway& gateway)
{
    Call& call = calls_.at(id);
    call.gateway = gateway.key;
    call.tried.push_back(gateway.key);
    const auto left = std::chrono::duration_cast<Milliseconds>(call.deadline - world_.now());
    const WireRequest wire{id, uint32_t(std::max<int64_t>(left.count(), 0)), call.request};
    Bytes bytes = encode(wire, gateway.known, call.by_hash);
    if (bytes.size() > link::kMaxMessageBytes)
        return finish(id, error_reply(413, "the request is too large for the link"), nullptr);
    const bool queued =
        world_.is_up(gateway.key) &&
        world_.send(gateway.key, {call.message_class, kBeaconRequest, std::move(bytes)}, left,
                    [this, id, key = gateway.key](link::Outcome outcome) {
                        const auto found = calls_.find(id);
                        if (found != calls_.end() && found->second.gateway == key)
                            on_outcome(id, outcome);
                    });
    if (!queued)
        send(id);
}

void Calls::on_outcome(uint32_t id, link::Outcome outcome)
{
    if (outcome == link::Outcome::kDone)
        return; // the answer is on its way
    if (outcome == link::Outcome::kUnknown && calls_.at(id).request.post)
        return finish(id,
                      error_reply(504, "the link was lost; whether the request was carried "
                                       "out is not known"),
                      nullptr);
    send(id);
}

void Calls::on_answer(FarGateway& gateway, std::span<const uint8_t> bytes)
{
    WireAnswer answer;
    const Unpacked read = decode(bytes, gateway.known, answer);
    const auto call = calls_.find(answer.id);
    if (call == calls_.end() || call->second.gateway != gateway.key)
        return;
    if (read != Unpacked::kDone)
        return finish(answer.id, error_reply(502, "the gateway's answer makes no sense"),
                      &gateway);
    if (answer.reply.status == kUnknownObject) {
        if (!call->second.by_hash)
            return finish(answer.id, error_reply(502, "the gateway's answer makes no sense"),
                          &gateway);
        call->second.by_hash = false;
        return send_to(answer.id, gateway);
    }
    finish(answer.id, std::move(answer.reply), &gateway);
}

void Calls::finish(uint32_t id, ApiReply reply, FarGateway* from)
{
    auto call = calls_.extract(id);
    if (!call.empty())
        call.mapped().done(std::move(reply), from);
}

} // namespace depinsat::bridge::beacon
