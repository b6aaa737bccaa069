#include "bridge/queue_drop.h"

#include <nlohmann/json.hpp>
#include <sodium.h>
#include <spdlog/spdlog.h>

namespace depinsat::bridge {
namespace {

namespace http = boost::beast::http;
using nlohmann::json;

std::optional<link::MessageKey> key_of(const std::string& body)
{
    const json request = json::parse(body, nullptr, false);
    if (!request.is_object() || request.size() != 1 || !request.contains("key") ||
        !request["key"].is_string())
        return {};
    const auto& text = request["key"].get_ref<const std::string&>();
    link::MessageKey key;
    size_t read = 0;
    if (text.size() != 2 * key.size() ||
        sodium_hex2bin(key.data(), key.size(), text.data(), text.size(), nullptr, &read,
                       nullptr) != 0 ||
        read != key.size())
        return {};
    return key;
}

} // namespace

void add_queue_drop(HttpRouter& router, LinkDriver& link)
{
    router.add(http::verb::post, "/queue/drop",
               [&link](const HttpRequest& request, const auto&, const Respond& respond) {
                   const auto key = key_of(request.body());
                   if (!key)
                       return respond(
                           {http::status::bad_request,
                            R"({"error":"wanted: {\"key\": 64 hexadecimal digits}"})"});
                   const size_t dropped = link.drop(*key);
                   if (dropped > 0)
                       spdlog::info("queue: {} messages of one key are dropped", dropped);
                   respond({http::status::ok, json{{"dropped", dropped}}.dump()});
               });
}

} // namespace depinsat::bridge
