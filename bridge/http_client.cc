#include "bridge/http_client.h"

#include "bridge/http_exchange.h"

namespace depinsat::bridge {

HttpClient::HttpClient(asio::io_context& io) : io_(io), pool_(std::make_shared<HttpPool>(io)) {}
HttpClient::~HttpClient() = default;

void HttpClient::request(HttpCall call, std::function<void(HttpResult)> done)
{
    start_exchange(io_, pool_, std::move(call), std::move(done));
}

std::unique_ptr<HttpDownload>
HttpClient::download(HttpCall call,
                     std::function<void(unsigned status)> on_open,
                     std::function<void(std::string_view)> on_data,
                     std::function<void(HttpResult)> on_end)
{
    return start_download(io_, pool_, std::move(call), std::move(on_open), std::move(on_data),
                          std::move(on_end));
}

} // namespace depinsat::bridge
