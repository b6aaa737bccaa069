#include "bridge/json_rpc/ingress.h"

namespace depinsat::bridge::json_rpc {
namespace {

namespace http = boost::beast::http;

/// The responses to one body, in the order of its requests.
struct Gathering {
    bool batch;
    std::vector<std::string> responses;
    size_t missing;
    std::function<void(std::string)> done;

    void put(size_t index, std::string response)
    {
        responses[index] = std::move(response);
        if (--missing == 0)
            done(batch ? batch_response(responses) : std::move(responses.front()));
    }
};

} // namespace

Ingress::Ingress(asio::io_context& io,
                 const config::LocalServer& config,
                 Versions versions,
                 Carry carry,
                 std::function<void(const Socket&)> closed)
    : versions_(versions),
      carry_(std::move(carry)),
      closed_(std::move(closed)),
      server_(io, config, [this](const HttpRequest& request, const Respond& respond) {
          router_.route(request, respond);
      })
{
    router_.add(http::verb::post, "/",
                [this](const HttpRequest& request, const auto&, const Respond& respond) {
                    answer(request.body(), nullptr, [respond](std::string response) {
                        const auto status =
                            response.empty() ? http::status::no_content : http::status::ok;
                        respond({status, std::move(response)});
                    });
                });
    server_.take_websockets([this](const auto& socket) { take(socket); });
}

void Ingress::answer(const std::string& body,
                     const Socket& client,
                     std::function<void(std::string response)> done)
{
    Requests requests = parse_requests(body, versions_);
    const size_t count = requests.items.size();
    const auto gathering = std::make_shared<Gathering>(
        Gathering{requests.batch, std::vector<std::string>(count), count, std::move(done)});
    for (size_t i = 0; i < count; ++i) {
        if (auto* error = std::get_if<std::string>(&requests.items[i])) {
            gathering->put(i, std::move(*error));
            continue;
        }
        const Call& call = std::get<Call>(requests.items[i]);
        if (call.notification) {
            carry_(call, client, [](const std::string&) {});
            gathering->put(i, {});
        } else {
            carry_(call, client, [gathering, i, id = call.id](const std::string& result) {
                gathering->put(i, response(id, result));
            });
        }
    }
}

void Ingress::take(const Socket& socket)
{
    const auto open = std::make_shared<size_t>(0);
    const std::weak_ptr<WebSocket> weak = socket;
    socket->on_message = [this, weak, open](const std::string& text) {
        if (*open >= kMaxOpen) {
            if (const auto client = weak.lock())
                client->send(response(nullptr, error_result(kBusy, "too many requests wait")));
            return;
        }
        ++*open;
        answer(text, weak.lock(), [weak, open](std::string response) {
            --*open;
            if (const auto client = weak.lock(); client && !response.empty())
                client->send(std::move(response));
        });
    };
    if (closed_)
        socket->on_closed = [this, weak] {
            closed_(weak.lock());
        };
}

} // namespace depinsat::bridge::json_rpc
