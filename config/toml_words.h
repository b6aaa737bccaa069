#pragma once

#include <toml++/toml.h>

#include <string>
#include <string_view>

/// Words of the error messages of toml_reader.cc.
namespace depinsat::config {

/// On one line, and not longer than a line.
std::string printable(std::string_view text);

/// What a value is: "is the text "5k"".
std::string described(const toml::node& node);

/// "an integer in ms from 1 to 9"; the unit is that which the key names.
std::string range_text(std::string_view kind, std::string_view key, double min, double max);

} // namespace depinsat::config
