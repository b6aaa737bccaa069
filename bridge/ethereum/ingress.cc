#include "bridge/ethereum/ingress.h"

namespace depinsat::bridge::ethereum {

Ingress::Ingress(asio::io_context& io, const config::LocalServer& config, Carry carry)
    : carry_(std::move(carry)),
      subscriptions_(
          std::make_shared<Subscriptions>([this](const std::string& text, Done done) {
              const Json call = Json::parse(text);
              carry_({nullptr, false, call["method"], text}, std::move(done));
          })),
      server_(
          io,
          config,
          Versions::kTwo,
          [this](const Call& call, const Socket& client, Done done) {
              this->carry(call, client, std::move(done));
          },
          [this](const Socket& client) { subscriptions_->forget(client); })
{}

void Ingress::carry(const Call& call, const Socket& client, Done done)
{
    const bool subscription =
        call.method == "eth_subscribe" || call.method == "eth_unsubscribe";
    if (subscription && !call.notification)
        return done(subscription_result(call, client));
    carry_(call, std::move(done));
}

std::string Ingress::subscription_result(const Call& call, const Socket& client)
{
    if (!client)
        return error_result(kMethodNotFound, "subscriptions need a WebSocket");
    return call.method == "eth_subscribe" ? subscriptions_->subscribe(client, call.text)
                                          : subscriptions_->unsubscribe(client, call.text);
}

} // namespace depinsat::bridge::ethereum
