#pragma once

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace depinsat::ports {

/// Longest CBOR map of any message between processes.
inline constexpr size_t kMaxMapBytes = 4096;

/// Encodes the map part of a message.
std::vector<uint8_t> encode_map(const nlohmann::json& map);

/// Decodes the map part of a message: text keys, each once; values are numbers, booleans, texts
/// or one more map of the same. Anything may be in `bytes`.
///
/// @return nothing for anything else, and for more than kMaxMapBytes.
std::optional<nlohmann::json> decode_map(std::span<const uint8_t> bytes);

/// Reads fields of a decoded map; remembers whether all were there, of their type and in range.
///
/// Keys that nobody reads are allowed, so that either end of a port may be newer.
class MapReader
{
public:
    explicit MapReader(const nlohmann::json& map) : map_(map) {}

    bool ok() const { return ok_; }
    bool has(const char* key) const { return map_.contains(key); }
    uint64_t uint(const char* key, uint64_t max = std::numeric_limits<uint64_t>::max());
    bool boolean(const char* key);
    std::string text(const char* key, size_t max_size = 64);

    /// Any number; an integer serves as well, as some encoders shorten floats.
    double number(const char* key);
    /// As number(), but neither infinite nor NaN.
    double finite(const char* key);

    /// The entry of `table`, pairs of name and value, that the text names.
    template <class Table>
    auto choice(const char* key, const Table& table)
    {
        const std::string name = text(key);
        for (const auto& [entry, value] : table)
            if (entry == name)
                return value;
        ok_ = false;
        return std::begin(table)->second;
    }

    /// The map under `key`, or an empty one.
    const nlohmann::json& map(const char* key);
    void fail() { ok_ = false; }

private:
    const nlohmann::json* find(const char* key);

    const nlohmann::json& map_;
    bool ok_ = true;
};

} // namespace depinsat::ports
