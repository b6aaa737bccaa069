#include "ports/cbor_map.h"

namespace depinsat::ports {
namespace {

using nlohmann::json;

/// Builds the map while it is parsed, and stops at the first thing that may not be there:
/// neither depth nor a length that is only claimed costs anything.
class MapBuilder : public nlohmann::json_sax<json>
{
public:
    json root = json::object();

    bool null() override { return false; }
    bool boolean(bool value) override { return put(value); }
    bool number_integer(number_integer_t value) override { return put(value); }
    bool number_unsigned(number_unsigned_t value) override { return put(value); }
    bool number_float(number_float_t value, const string_t&) override { return put(value); }
    bool string(string_t& value) override { return put(value); }
    bool binary(binary_t&) override { return false; }
    bool start_array(size_t) override { return false; }
    bool end_array() override { return false; }
    bool parse_error(size_t, const std::string&, const json::exception&) override
    {
        return false;
    }

    bool start_object(size_t) override
    {
        if (depth_ == 0) {
            open_ = &root;
        } else {
            if (depth_ > 1 || !put(json::object()))
                return false;
            open_ = &root[key_];
        }
        ++depth_;
        return true;
    }

    bool key(string_t& key) override
    {
        key_ = key;
        return !open_->contains(key);
    }

    bool end_object() override
    {
        --depth_;
        open_ = &root;
        return true;
    }

private:
    template <class T>
    bool put(T&& value)
    {
        if (depth_ == 0)
            return false;
        (*open_)[key_] = std::forward<T>(value);
        return true;
    }

    json* open_ = &root;
    std::string key_;
    int depth_ = 0;
};

} // namespace

std::vector<uint8_t> encode_map(const json& map)
{
    return json::to_cbor(map);
}

std::optional<json> decode_map(std::span<const uint8_t> bytes)
{
    if (bytes.empty() || bytes.size() > kMaxMapBytes)
        return std::nullopt;
    MapBuilder builder;
    // The parser reports through parse_error(), but throws where a length overflows.
    try {
        if (!json::sax_parse(bytes.begin(), bytes.end(), &builder, json::input_format_t::cbor))
            return std::nullopt;
    } catch (const json::exception&) {
        return std::nullopt;
    }
    return std::move(builder.root);
}

const json* MapReader::find(const char* key)
{
    const auto entry = map_.find(key);
    if (entry != map_.end())
        return &*entry;
    ok_ = false;
    return nullptr;
}

uint64_t MapReader::uint(const char* key, uint64_t max)
{
    const json* value = find(key);
    if (value && value->is_number_unsigned() && value->get<uint64_t>() <= max)
        return value->get<uint64_t>();
    ok_ = false;
    return 0;
}

bool MapReader::boolean(const char* key)
{
    const json* value = find(key);
    if (value && value->is_boolean())
        return value->get<bool>();
    ok_ = false;
    return false;
}

std::string MapReader::text(const char* key, size_t max_size)
{
    const json* value = find(key);
    if (value && value->is_string() && value->get_ref<const std::string&>().size() <= max_size)
        return value->get<std::string>();
    ok_ = false;
    return {};
}

double MapReader::number(const char* key)
{
    const json* value = find(key);
    if (value && value->is_number())
        return value->get<double>();
    ok_ = false;
    return 0;
}

double MapReader::finite(const char* key)
{
    const double value = number(key);
    if (!std::isfinite(value))
        ok_ = false;
    return value;
}

const json& MapReader::map(const char* key)
{
    static const json kEmpty = json::object();
    const json* value = find(key);
    if (value && value->is_object())
        return *value;
    ok_ = false;
    return kEmpty;
}

} // namespace depinsat::ports
