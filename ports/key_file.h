#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace depinsat::ports {

/// Longest text of a key file that is read.
inline constexpr size_t kMaxKeyFileBytes = 128;

/// Makes a key file of mode 0600.
/// @throws std::runtime_error naming the file if it exists or cannot be written.
void create_key_file(const std::filesystem::path& file, std::string_view text);

/// The text of a key file without the end of its line, at most kMaxKeyFileBytes.
/// @throws std::runtime_error naming the file if it is missing, is no regular file or is not
///         this user's alone.
std::string read_key_file(const std::filesystem::path& file);

/// Says what is wrong with a key file.
[[noreturn]] void fail_key_file(const std::filesystem::path& file, const std::string& what);

} // namespace depinsat::ports
