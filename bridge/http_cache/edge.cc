#include "bridge/http_cache/edge.h"

#include "bridge/http_cache/freshness.h"

namespace depinsat::bridge::http_cache {
namespace {

namespace http = boost::beast::http;

constexpr const char* kTooLong = "the body is longer than bridge.http.max_body_bytes";

HttpReply failure(http::status status, const std::string& why)
{
    return {status, why + '\n', "text/plain; charset=utf-8"};
}

HttpReply reply_of(CallFault fault)
{
    switch (fault) {
    case CallFault::kLinkDown:
        return failure(http::status::gateway_timeout, "the link to the gateway is down");
    case CallFault::kBusy:
        return failure(http::status::service_unavailable,
                       "too many requests wait for the link");
    case CallFault::kTooLarge:
        return failure(http::status::uri_too_long, "the request is too large for the link");
    default:
        return failure(http::status::gateway_timeout, "no answer over the link in time");
    }
}

/// What is kept, for one client: its body, or 304 if the client has it.
HttpReply reply_of(const Store::Entry& entry, std::string_view tags, link::Time at)
{
    const Content& content = *entry.content;
    HttpReply reply{http::status::ok, content.body, content.type};
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(at - entry.since);
    reply.headers.emplace_back("Age", std::to_string(age.count()));
    if (!content.tag.empty())
        reply.headers.emplace_back("ETag", content.tag);
    if (!content.modified.empty())
        reply.headers.emplace_back("Last-Modified", content.modified);
    if (!content.tag.empty() && holds_tag(tags, content.tag)) {
        reply.status = http::status::not_modified;
        reply.body.clear();
    }
    return reply;
}

/// Why a request is not served here; nothing: it is.
std::optional<HttpReply> refusal_of(const HttpRequest& request)
{
    if (request.method() != http::verb::get) {
        auto reply = failure(http::status::method_not_allowed, "this is a cache: GET alone");
        reply.headers.emplace_back("Allow", "GET");
        return reply;
    }
    if (request.count(http::field::cookie))
        return failure(http::status::bad_request,
                       "this is a cache of public content: requests have no cookies");
    if (request.target().size() > kMaxTarget || !request.target().starts_with('/'))
        return failure(http::status::uri_too_long, "the target is no path of 4096 bytes");
    return {};
}

} // namespace

std::string name_of(const std::string& service, const std::string& target)
{
    return service + ' ' + target;
}

UpstreamChoice::Checks checks()
{
    return {[](const auto&) { return NodeRequest{.method = http::verb::head}; },
            [](const auto&, const HttpResult& result) { return result.status < 500; },
            // A page may fail at a server that is well; a gateway or a proxy says these.
            [](const HttpResult& result) {
                return result.status < 502 || result.status > 504;
            }};
}

std::string dictionary_name(const std::string& service)
{
    return "http-" + service;
}

Edge::Edge(const BridgeContext& context, size_t cache_bytes, Ordinary& ordinary)
    : link_(context.link),
      dictionaries_(context.dictionaries),
      calls_(context.io, context.link, kHttpRequest, kHttpAnswer, context.counters),
      ordinary_(ordinary),
      store_(cache_bytes)
{
    const auto add = [&](const char* name, const char* help, const uint64_t& value) {
        context.metrics.counter(name, help, {}, [&value] { return double(value); });
    };
    add("depinsat_http_local_total", "Requests answered from memory", local_);
    add("depinsat_http_validated_total", "Contents that the gateway said are unchanged",
        validated_);
    add("depinsat_http_bodies_total", "Bodies that came over the link", bodies_);
    add("depinsat_http_fetched_total", "Answers that came over the ordinary connection",
        fetched_);
}

void Edge::handle(const config::HttpBridge& bridge,
                  const HttpRequest& request,
                  const Respond& respond)
{
    if (auto refused = refusal_of(request))
        return respond(std::move(*refused));
    const std::string target(request.target()), name = name_of(bridge.service, target);
    const std::string control(request[http::field::cache_control]);
    Client client{std::string(request[http::field::if_none_match]), respond};
    const bool validate = directive(control, "no-cache") ||
                          directive(control, "max-age") == std::string_view("0");
    if (const auto* known = store_.find(name); known && known->is_fresh(now()) && !validate) {
        ++local_;
        return respond(reply_of(*known, client.tags, now()));
    }
    if (directive(control, "only-if-cached"))
        return respond(failure(http::status::gateway_timeout, "not in the cache"));
    auto& waiting = waiting_[name];
    if (waiting.size() >= kMaxWaiting)
        return respond(
            failure(http::status::service_unavailable, "too many clients wait for this"));
    waiting.push_back(std::move(client));
    if (waiting.size() == 1)
        ask(bridge, target);
}

void Edge::ask(const config::HttpBridge& bridge, const std::string& target)
{
    auto* nodes = ordinary_.serving(bridge.service);
    if (!nodes)
        return by_satellite(bridge, target, bridge.timeout);
    auto request =
        fetch_of(target, store_.find(name_of(bridge.service, target)), bridge.timeout);
    request.max_answer_bytes = bridge.max_body_bytes;
    nodes->request(std::move(request),
                   [this, &bridge, target, deadline = now() + bridge.timeout](
                       const auto& http) { on_fetched(bridge, target, deadline, http); });
}

void Edge::on_fetched(const config::HttpBridge& bridge,
                      const std::string& target,
                      link::Time deadline,
                      const HttpResult& http)
{
    const std::string name = name_of(bridge.service, target);
    if (http.fault == HttpResult::Fault::kTooLarge)
        return fail_all(name, 502, kTooLong);
    if (http.fault != HttpResult::Fault::kNone && left_of(deadline).count() <= 0)
        return fail_all(name, 504, "no answer of the server in time");
    if (http.fault != HttpResult::Fault::kNone)
        return by_satellite(bridge, target, left_of(deadline));
    const auto read = read_fetched(http, store_.find(name), now());
    if (const auto* why = std::get_if<std::string>(&read))
        return fail_all(name, 502, *why);
    ++fetched_;
    take(name, std::get<Fetched>(read));
}

void Edge::by_satellite(const config::HttpBridge& bridge,
                        const std::string& target,
                        std::chrono::milliseconds timeout)
{
    Question question{{}, bridge.service, target};
    if (const auto* known = store_.find(name_of(bridge.service, target)))
        question.has = known->content->hash;
    const Bytes bytes = encode(question);
    const link::PublicKey gateway = link_.preferred(bridge.gateways);
    calls_.call(gateway, link::Class::kInteractive, {bytes.begin(), bytes.end()}, timeout,
                [this, &bridge, target, gateway](auto fault, const std::string& body) {
                    on_answer(bridge, target, gateway, fault, body);
                });
}

void Edge::on_answer(const config::HttpBridge& bridge,
                     const std::string& target,
                     const link::PublicKey& gateway,
                     std::optional<CallFault> fault,
                     const std::string& body)
{
    const std::string name = name_of(bridge.service, target);
    if (fault)
        return respond_all(name, [&](const Client&) { return reply_of(*fault); });
    const auto answer =
        decode_answer_body({reinterpret_cast<const uint8_t*>(body.data()), body.size()});
    if (answer && std::holds_alternative<Unchanged>(*answer))
        return take(name, std::get<Unchanged>(*answer));
    if (const auto* failed = answer ? std::get_if<Failure>(&*answer) : nullptr)
        return fail_all(name, failed->status, failed->why);
    const auto* reply = answer ? std::get_if<Reply>(&*answer) : nullptr;
    const auto plain = reply ? dictionaries_.unpack(gateway, reply->packed) : std::nullopt;
    if (!plain || plain->size() > bridge.max_body_bytes)
        return fail_all(name, 502, plain ? kTooLong : "the gateway's answer makes no sense");
    ++bodies_;
    auto content = std::make_shared<Content>(
        Content{reply->type, reply->tag, reply->modified, {plain->begin(), plain->end()}, {}});
    content->hash = hash_of(content->body);
    take(name, {reply->status,
                reply->status == 200 && reply->store,
                {std::move(content), now(), now() + std::chrono::seconds(reply->fresh_s)},
                reply->location});
}

void Edge::take(const std::string& name, const Unchanged& unchanged)
{
    const auto* known = store_.find(name);
    if (!known)
        return fail_all(name, 502, "the content is gone; ask again");
    ++validated_;
    Store::Entry entry{known->content, now(), now() + std::chrono::seconds(unchanged.fresh_s)};
    if (entry.content->tag != unchanged.tag) {
        auto content = std::make_shared<Content>(*entry.content);
        content->tag = unchanged.tag;
        entry.content = std::move(content);
    }
    store_.put(name, entry);
    respond_all(name,
                [&](const Client& client) { return reply_of(entry, client.tags, now()); });
}

void Edge::take(const std::string& name, const Fetched& fetched)
{
    const auto& [status, store, entry, location] = fetched;
    if (store)
        store_.put(name, entry);
    else
        store_.drop(name);
    if (status == 200)
        return respond_all(
            name, [&](const Client& client) { return reply_of(entry, client.tags, now()); });
    HttpReply out{http::status(status), entry.content->body, entry.content->type};
    if (!location.empty())
        out.headers.emplace_back("Location", location);
    respond_all(name, [&](const Client&) { return out; });
}

void Edge::fail_all(const std::string& name, unsigned status, const std::string& why)
{
    respond_all(name, [&](const Client&) { return failure(http::status(status), why); });
}

void Edge::respond_all(const std::string& name,
                       const std::function<HttpReply(const Client&)>& reply)
{
    const auto waiting = waiting_.extract(name);
    if (waiting.empty())
        return;
    for (const Client& client : waiting.mapped())
        client.respond(reply(client));
}

nlohmann::json Edge::status() const
{
    return {{"bytes", store_.bytes()},
            {"local", local_},
            {"validated", validated_},
            {"bodies", bodies_},
            {"fetched", fetched_}};
}

} // namespace depinsat::bridge::http_cache
