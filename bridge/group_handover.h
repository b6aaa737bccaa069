#pragma once

#include <filesystem>
#include <string>

namespace depinsat::bridge {

/// A group's key as a text that one member can read and that needs no secret way.
/// @param station  the member's public key in base64.
/// @throws std::runtime_error naming the file or the option that is wrong.
std::string wrap_group_key_file(const std::filesystem::path& group_key_file,
                                const std::filesystem::path& own_key_file,
                                const std::string& station);

/// Makes the group's key file from such a text.
/// @param station  the public key of who wrapped it.
/// @return when it was wrapped, as people read it: who plays back an old text is found out by
/// it.
/// @throws std::runtime_error likewise, or if `text` is not what that station wrapped for this
///         one; then no file is made.
std::string unwrap_group_key_file(const std::filesystem::path& group_key_file,
                                  const std::filesystem::path& own_key_file,
                                  const std::string& station,
                                  const std::string& text);

} // namespace depinsat::bridge
