#include "bridge/ethereum/ingress.h"

#include "bridge/ethereum/class.h"

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

namespace http = boost::beast::http;

/// The responses to one POST, in the order of its requests.
struct Gathering {
    bool batch;
    std::vector<std::string> responses;
    size_t missing;
    Respond respond;

    void put(size_t index, std::string response)
    {
        responses[index] = std::move(response);
        if (--missing == 0)
            finish();
    }

    void finish()
    {
        std::string body = batch ? batch_response(responses) : std::move(responses.front());
        const auto status = body.empty() ? http::status::no_content : http::status::ok;
        respond({status, std::move(body)});
    }
};

std::string fault_result(CallFault fault)
{
    switch (fault) {
    case CallFault::kLinkDown:
        return error_result(kLinkDown, "the link to the gateway is down; nothing was sent");
    case CallFault::kBusy:
        return error_result(kBusy, "too many requests wait for the link; nothing was sent");
    case CallFault::kTooLarge:
        return error_result(kTooLarge,
                            "the request is too large for the link; nothing was sent");
    case CallFault::kNoAnswer:
        return error_result(kNoAnswerInTime,
                            "no answer over the link in time; whether the request "
                            "was carried out is not known");
    case CallFault::kFateUnknown:
        break;
    }
    return error_result(kFateUnknown,
                        "the link was lost; whether the request was carried out is "
                        "not known");
}

} // namespace

Ingress::Ingress(asio::io_context& io,
                 const config::EthereumBridge& config,
                 const LinkDriver& link,
                 RemoteCalls& calls)
    : config_(config),
      link_(link),
      calls_(calls),
      server_(io, config.server, [this](const HttpRequest& request, const Respond& respond) {
          router_.route(request, respond);
      })
{
    router_.add(http::verb::post, "/",
                [this](const HttpRequest& request, const auto&, const Respond& respond) {
                    handle(request, respond);
                });
}

const link::PublicKey& Ingress::gateway() const
{
    const auto up = std::ranges::find_if(
        config_.gateways, [this](const auto& key) { return link_.peer_is_up(key); });
    return up == config_.gateways.end() ? config_.gateways.front() : *up;
}

void Ingress::handle(const HttpRequest& request, const Respond& respond)
{
    Requests requests = parse_requests(request.body());
    const size_t count = requests.items.size();
    const auto gathering = std::make_shared<Gathering>(
        Gathering{requests.batch, std::vector<std::string>(count), count, respond});
    for (size_t i = 0; i < count; ++i) {
        if (auto* error = std::get_if<std::string>(&requests.items[i]))
            gathering->put(i, std::move(*error));
        else
            carry(std::get<Call>(requests.items[i]), [gathering, i](std::string response) {
                gathering->put(i, std::move(response));
            });
    }
}

void Ingress::carry(const Call& call, std::function<void(std::string response)> done)
{
    const auto message_class = class_of(call.method);
    if (call.notification) {
        calls_.notify(gateway(), message_class, call.text, config_.timeout);
        return done({});
    }
    calls_.call(
        gateway(), message_class, call.text, config_.timeout,
        [id = call.id, done](std::optional<CallFault> fault, const std::string& result) {
            if (fault)
                return done(response(id, fault_result(*fault)));
            done(response(
                id, is_result(result)
                        ? result
                        : error_result(kUpstreamDead, "the gateway's answer makes no sense")));
        });
}

} // namespace depinsat::bridge::ethereum
