// Bodies of clients, calls and results of the far end, responses of a node: each is any bytes.
#include "bridge/ethereum/json_rpc.h"
#include "bridge/json_rpc/packed.h"

#include <cstdint>
#include <cstdlib>

using namespace depinsat::bridge::ethereum;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size > kMaxBodyBytes)
        return 0;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const Requests requests = parse_requests(text);
    require(!requests.items.empty() && requests.items.size() <= kMaxBatch);
    for (const Item& item : requests.items) {
        if (const auto* call = std::get_if<Call>(&item)) {
            require(is_call(call->text));
            require(Json::accept(upstream_request(call->text, call->notification)));
            require(Json::accept(response(call->id, error_result(kLinkDown, "x"))));
        } else {
            require(Json::accept(std::get<std::string>(item)));
        }
    }
    if (const auto told = text_of_packed({data, size}))
        is_call(*told) ? require(Json::accept(upstream_request(*told, false)))
                       : void(is_result(*told));
    if (is_call(text))
        require(Json::accept(upstream_request(text, false)));
    if (is_result(text))
        require(Json::accept(response(1, text)));
    if (const auto result = result_of(text))
        require(is_result(*result));
    return 0;
}
