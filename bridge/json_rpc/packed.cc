#include "bridge/json_rpc/packed.h"

#include "bridge/dictionaries/dense_json.h"
#include "bridge/json_rpc/text.h"

namespace depinsat::bridge::json_rpc {
namespace {

std::string dumped(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Bytes dense(std::string_view text)
{
    const Json json = parse(text, kMaxDenseDepth);
    if (json.is_object()) {
        const Bytes bytes = to_dense(json);
        const auto back = from_dense(bytes);
        if (back && dumped(*back) == text)
            return bytes;
    }
    return {text.begin(), text.end()};
}

} // namespace

Bytes pack_text(const Dictionaries& dictionaries,
                const link::PublicKey& peer,
                const std::string& dictionary,
                std::string_view text)
{
    const Bytes bytes = dense(text);
    return dictionary.empty() ? Dictionaries::pack_lasting(bytes)
                              : dictionaries.pack(peer, dictionary, bytes);
}

std::optional<std::string> text_of_packed(std::span<const uint8_t> bytes)
{
    if (bytes.empty())
        return {};
    if (bytes.front() == '{')
        return std::string(bytes.begin(), bytes.end());
    const auto json = from_dense(bytes);
    return json ? std::optional(dumped(*json)) : std::nullopt;
}

std::optional<std::string> unpack_text(Dictionaries& dictionaries,
                                       const link::PublicKey& peer,
                                       std::span<const uint8_t> packed)
{
    const auto bytes = dictionaries.unpack(peer, packed);
    return bytes ? text_of_packed(*bytes) : std::nullopt;
}

} // namespace depinsat::bridge::json_rpc
