#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// JSON-RPC 2.0 as text: no sockets, no link.
///
/// Over the link go a *call*, {"method": ..., "params": ...}, and a *result*, {"result": ...}
/// or
/// {"error": ...}; version and id stay at the ends.
namespace depinsat::bridge::json_rpc {

using Json = nlohmann::ordered_json;

/// Error codes; those from -32000 down are this bridge's own.
enum ErrorCode : int {
    kParseError = -32700,
    kInvalidRequest = -32600,
    kMethodNotFound = -32601,
    kInvalidParams = -32602,
    kLinkDown = -32050,       ///< nothing was sent
    kNoAnswerInTime = -32051, ///< whether the request was carried out is not known
    kFateUnknown = -32052,    ///< likewise: the link or the node went away in between
    kUpstreamDead = -32053,   ///< the gateway's node cannot be reached or does not make sense
    kTooLarge = -32054,       ///< does not fit into a message of the link
    kBusy = -32055,           ///< too many requests at once; nothing was sent
    kQueued = -32056,         ///< will be handed over once; there is no verdict yet
    kNoAgreement = -32057,    ///< the gateways say different things
    kLimitExceeded = -32005,
};

inline constexpr size_t kMaxBodyBytes = 1u << 20;
inline constexpr size_t kMaxDepth = 64;
inline constexpr size_t kMaxBatch = 1000;

/// Parses text; anything may be in it.
/// @return a discarded value if it is not JSON, or lists and objects are nested deeper.
Json parse(std::string_view text, size_t max_depth = kMaxDepth);

/// One request that is to go over the link.
struct Call {
    Json id;                   ///< text, number or null
    bool notification = false; ///< without id: gets no answer
    std::string method;
    std::string text; ///< as it goes over the link
};

/// One request of a client: a call, or the response to what is none.
using Item = std::variant<Call, std::string>;

struct Requests {
    bool batch = false;
    std::vector<Item> items; ///< one if it is no batch
};

/// Whether requests without "jsonrpc", or of 1.0, are taken as well, as Bitcoin Core does.
enum class Versions { kTwo, kAny };

/// Takes the body of a client's POST; anything may be in it.
Requests parse_requests(std::string_view body, Versions = Versions::kTwo);

/// {"error": ...}
std::string error_result(ErrorCode, std::string_view message);

/// The response to request `id`; `result` is that of the link.
std::string response(const Json& id, std::string_view result);

/// "[...]" of the responses that are not empty; empty if there is none.
std::string batch_response(const std::vector<std::string>& responses);

/// Whether text is a call or a result as it goes over the link; anything may be in it.
bool is_call(std::string_view text);
bool is_result(std::string_view text);

/// The upstream's request for a call; a notification has no id.
std::string upstream_request(std::string_view call, bool notification);

/// The result in an upstream's response.
/// @return nothing if it is no response.
std::optional<std::string> result_of(std::string_view upstream_response);

} // namespace depinsat::bridge::json_rpc
