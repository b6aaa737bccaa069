#include "bridge/json_rpc/results.h"

#include "bridge/json_rpc/text.h"

namespace depinsat::bridge::json_rpc {

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
                            "no answer over the link in time; whether the request was carried "
                            "out is not known");
    case CallFault::kFateUnknown:
        break;
    }
    return error_result(kFateUnknown,
                        "the link was lost; whether the request was carried out is not known");
}

std::string ordinary_lost_result()
{
    return error_result(kFateUnknown, "the ordinary connection failed; whether the request was "
                                      "carried out is not known");
}

std::string upstream_result(const HttpResult& http, std::string_view too_large)
{
    using Fault = HttpResult::Fault;
    switch (http.fault) {
    case Fault::kNone:
        break;
    case Fault::kUnreachable:
        return error_result(kUpstreamDead,
                            "the gateway's node cannot be reached: " + http.message);
    case Fault::kBroken:
        return error_result(kFateUnknown,
                            "the gateway's node gave no answer (" + http.message +
                                "); whether the request was carried out is not known");
    case Fault::kTooLarge:
        return error_result(kTooLarge, too_large);
    }
    if (auto result = result_of(http.body))
        return std::move(*result);
    return error_result(kUpstreamDead, "the gateway's node gave no JSON-RPC response (HTTP "
                                       "status " +
                                           std::to_string(http.status) + ')');
}

} // namespace depinsat::bridge::json_rpc
