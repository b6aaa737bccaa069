#include "bridge/ethereum/ingress.h"

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

} // namespace

Ingress::Ingress(asio::io_context& io, const config::LocalServer& config, Carry carry)
    : carry_(std::move(carry)),
      server_(io, config, [this](const HttpRequest& request, const Respond& respond) {
          router_.route(request, respond);
      })
{
    router_.add(http::verb::post, "/",
                [this](const HttpRequest& request, const auto&, const Respond& respond) {
                    handle(request, respond);
                });
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
            respond_to(std::get<Call>(requests.items[i]), [gathering, i](std::string response) {
                gathering->put(i, std::move(response));
            });
    }
}

void Ingress::respond_to(const Call& call, std::function<void(std::string response)> done)
{
    if (call.notification) {
        carry_(call, [](const std::string&) {});
        return done({});
    }
    carry_(call, [id = call.id, done = std::move(done)](const std::string& result) {
        done(response(id, result));
    });
}

} // namespace depinsat::bridge::ethereum
