#include "bridge/ethereum/ingress.h"

namespace depinsat::bridge::ethereum {
namespace {

namespace http = boost::beast::http;

/// The responses to one POST, in the order of its requests.
struct Gathering {
    bool batch;
    std::vector<std::string> responses;
    size_t missing;
    std::function<void(std::string body)> done; ///< empty: only notifications

    void put(size_t index, std::string response)
    {
        responses[index] = std::move(response);
        if (--missing == 0)
            finish();
    }

    void finish() { done(batch ? batch_response(responses) : std::move(responses.front())); }
};

} // namespace

Ingress::Ingress(asio::io_context& io, const config::LocalServer& config, Carry carry)
    : carry_(std::move(carry)),
      subscriptions_(std::make_shared<Subscriptions>(
          [this](const std::string& text, std::function<void(std::string)> done) {
              const Json call = Json::parse(text);
              carry_({nullptr, false, call["method"], text}, std::move(done));
          })),
      server_(io, config, [this](const HttpRequest& request, const Respond& respond) {
          router_.route(request, respond);
      })
{
    router_.add(http::verb::post, "/",
                [this](const HttpRequest& request, const auto&, const Respond& respond) {
                    handle(request.body(), nullptr, [respond](std::string body) {
                        const auto status =
                            body.empty() ? http::status::no_content : http::status::ok;
                        respond({status, std::move(body)});
                    });
                });
    server_.take_websockets([this](const Socket& socket) { welcome(socket); });
}

void Ingress::welcome(const Socket& socket)
{
    const std::weak_ptr<WebSocket> weak = socket;
    socket->on_message = [this, weak](const std::string& text) {
        if (const Socket client = weak.lock())
            handle(text, client, [client](std::string body) {
                if (!body.empty())
                    client->send(std::move(body));
            });
    };
    socket->on_closed = [this, weak] {
        subscriptions_->forget(weak.lock());
    };
}

void Ingress::handle(const std::string& body,
                     const Socket& socket,
                     std::function<void(std::string)> done)
{
    Requests requests = parse_requests(body);
    const size_t count = requests.items.size();
    const auto gathering = std::make_shared<Gathering>(
        Gathering{requests.batch, std::vector<std::string>(count), count, std::move(done)});
    for (size_t i = 0; i < count; ++i) {
        if (auto* error = std::get_if<std::string>(&requests.items[i]))
            gathering->put(i, std::move(*error));
        else
            respond_to(std::get<Call>(requests.items[i]), socket,
                       [gathering, i](std::string response) {
                           gathering->put(i, std::move(response));
                       });
    }
}

void Ingress::respond_to(const Call& call,
                         const Socket& socket,
                         std::function<void(std::string response)> done)
{
    if (call.notification) {
        carry_(call, [](const std::string&) {});
        return done({});
    }
    if (const auto result = subscription_result(call, socket))
        return done(response(call.id, *result));
    carry_(call, [id = call.id, done = std::move(done)](const std::string& result) {
        done(response(id, result));
    });
}

/// Of eth_subscribe and eth_unsubscribe.
std::optional<std::string> Ingress::subscription_result(const Call& call, const Socket& socket)
{
    const bool subscribes = call.method == "eth_subscribe";
    if (!subscribes && call.method != "eth_unsubscribe")
        return {};
    if (!socket)
        return error_result(kMethodNotFound, "subscriptions need a WebSocket");
    return subscribes ? subscriptions_->subscribe(socket, call.text)
                      : subscriptions_->unsubscribe(socket, call.text);
}

} // namespace depinsat::bridge::ethereum
