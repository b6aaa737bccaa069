#include "bridge/ethereum/packed_json.h"

#include "bridge/ethereum/dictionary.h"
#include "bridge/json_rpc/text.h"

namespace depinsat::bridge::ethereum {
namespace {

constexpr uint8_t kPlainText = 0;

Bytes prefix_of(std::span<const uint8_t> context)
{
    Bytes prefix(kDictionary.begin(), kDictionary.end());
    prefix.insert(prefix.end(), context.begin(), context.end());
    return prefix;
}

} // namespace

Bytes pack_json(std::string_view text, std::span<const uint8_t> context)
{
    Bytes plain{kPlainText};
    plain.insert(plain.end(), text.begin(), text.end());
    const Json json = json_rpc::parse(text, kMaxDenseDepth);
    if (json.is_discarded())
        return plain;
    const Bytes dense = to_dense(json);
    const auto back = from_dense(dense);
    if (!back || back->dump(-1, ' ', false, Json::error_handler_t::replace) != text)
        return plain;
    const Bytes frame = zstd_compress(dense, prefix_of(context));
    if (frame.empty() || 1 + frame.size() > plain.size())
        return plain;
    Bytes out{kDictionaryVersion};
    out.insert(out.end(), frame.begin(), frame.end());
    return out;
}

std::optional<std::string> unpack_json(std::span<const uint8_t> packed,
                                       std::span<const uint8_t> context)
{
    if (packed.empty())
        return {};
    if (packed[0] == kPlainText)
        return std::string(packed.begin() + 1, packed.end());
    if (packed[0] != kDictionaryVersion)
        return {};
    const auto dense = zstd_decompress(packed.subspan(1), prefix_of(context));
    const auto json = dense ? from_dense(*dense) : std::nullopt;
    if (!json)
        return {};
    return json->dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace depinsat::bridge::ethereum
