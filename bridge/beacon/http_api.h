#pragma once

#include "bridge/beacon/api.h"
#include "bridge/http_server.h"
#include "bridge/node_request.h"

/// The Beacon API's requests and replies as HTTP has them.
namespace depinsat::bridge::beacon {

/// Whether an Accept field prefers SSZ (application/octet-stream) to JSON.
bool prefers_ssz(std::string_view accept);

/// @param http  GET or POST.
ApiRequest api_request(const HttpRequest& http);

HttpReply http_reply(const ApiReply&);

/// For whichever beacon node.
NodeRequest node_request(const ApiRequest&, std::chrono::milliseconds timeout);

/// GET /eth/v1/events of these topics(), by their bits; silent for at most `timeout`.
NodeRequest events_request(uint64_t topics, std::chrono::milliseconds timeout);

ApiReply api_reply(HttpResult);

/// Takes the events out of a text/event-stream that comes in pieces of any size.
///
/// Bounds  an event has at most kMaxEventBytes; the stream is useless after a longer one.
class EventStream
{
public:
    static constexpr size_t kMaxEventBytes = 1u << 20;
    using OnEvent = std::function<void(std::string_view topic, const std::string& data)>;

    /// @return false once an event is too long.
    bool take(std::string_view piece, const OnEvent&);

private:
    void take_line(std::string_view line, const OnEvent&);

    std::string line_, topic_, data_;
};

} // namespace depinsat::bridge::beacon
