#include "bridge/beacon/json.h"

#include <sodium.h>

#include <algorithm>

namespace depinsat::bridge::beacon {
namespace {

using Sorted = nlohmann::json; // orders the keys of an object

Sorted sorted(const Json& json)
{
    if (json.is_object()) {
        Sorted out = Sorted::object();
        for (const auto& [key, value] : json.items())
            out[key] = sorted(value);
        return out;
    }
    if (json.is_array()) {
        Sorted out = Sorted::array();
        for (const auto& value : json)
            out.push_back(sorted(value));
        return out;
    }
    return Sorted(json);
}

std::string canonical(const Json& json)
{
    return sorted(json).dump(-1, ' ', false, Sorted::error_handler_t::replace);
}

} // namespace

std::optional<Json> parse_json(std::string_view text)
{
    bool too_deep = false; // what is deeper is dropped at once: trees are freed by recursion
    const auto keep = [&](int depth, Json::parse_event_t, Json&) {
        too_deep |= depth > kMaxJsonDepth;
        return depth <= kMaxJsonDepth;
    };
    Json json = Json::parse(text.begin(), text.end(), keep, false);
    if (too_deep || json.is_discarded())
        return {};
    return json;
}

std::string dump(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool same(const Json& a, const Json& b)
{
    return a == b || canonical(a) == canonical(b);
}

ShortHash short_hash(const Json& json)
{
    const std::string text = canonical(json);
    return short_hash(std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}

ShortHash short_hash(std::span<const uint8_t> bytes)
{
    std::array<uint8_t, crypto_hash_sha256_BYTES> hash;
    crypto_hash_sha256(hash.data(), bytes.data(), bytes.size());
    ShortHash out;
    std::copy_n(hash.begin(), out.size(), out.begin());
    return out;
}

const Json* object_at(const Json& json, const char* key)
{
    const auto found = json.is_object() ? json.find(key) : json.end();
    return json.is_object() && found != json.end() ? &*found : nullptr;
}

std::optional<uint64_t> decimal_at(const Json& json, const char* key)
{
    const Json* value = object_at(json, key);
    return value && value->is_string() ? from_decimal(value->get_ref<const std::string&>())
                                       : std::nullopt;
}

std::optional<Root> root_at(const Json& json, const char* key)
{
    const Json* value = object_at(json, key);
    return value && value->is_string() ? root_from_hex(value->get_ref<const std::string&>())
                                       : std::nullopt;
}

std::string error_body(unsigned status, std::string_view message)
{
    return dump(Json{{"code", status}, {"message", message}});
}

} // namespace depinsat::bridge::beacon
