#include "config/toml_words.h"

#include <sstream>
#include <utility>

namespace depinsat::config {
namespace {

std::string number_text(double value)
{
    std::ostringstream out;
    out.precision(15);
    out << value;
    return out.str();
}

/// The unit that the end of a key names, for people who wrote "500k".
std::string unit_of(std::string_view key)
{
    static constexpr std::pair<std::string_view, std::string_view> kUnits[]{
        {"_baud", "baud"}, {"_hz", "Hz"},   {"_db", "dB"}, {"_dbm", "dBm"},
        {"_ms", "ms"},     {"_ppm", "ppm"}, {"_s", "s"},
    };
    for (const auto& [end, unit] : kUnits)
        if (key.ends_with(end))
            return " in " + std::string(unit);
    return {};
}

} // namespace

std::string printable(std::string_view text)
{
    std::string out;
    for (const char c : text.substr(0, 60))
        out += (c >= 0 && c < ' ') || c == 0x7f ? '?' : c;
    return text.size() > 60 ? out + "..." : out;
}

std::string described(const toml::node& node)
{
    if (const auto* value = node.as_string())
        return "is the text \"" + printable(**value) + '"';
    if (const auto* value = node.as_integer())
        return "is " + std::to_string(**value);
    if (const auto* value = node.as_floating_point())
        return "is " + number_text(**value);
    if (const auto* value = node.as_boolean())
        return **value ? "is true" : "is false";
    if (node.is_array())
        return "is a list";
    if (node.is_table())
        return "is a section";
    return "is a date or time";
}

std::string range_text(std::string_view kind, std::string_view key, double min, double max)
{
    return std::string(kind) + unit_of(key) + " from " + number_text(min) + " to " +
           number_text(max);
}

} // namespace depinsat::config
