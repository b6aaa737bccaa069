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

/// Keeps a key file to one process; a copy of the file is another file.
class KeyFileLock
{
public:
    /// @throws std::runtime_error naming the file if another process holds it.
    explicit KeyFileLock(const std::filesystem::path& file);
    ~KeyFileLock();
    KeyFileLock(KeyFileLock&& other) noexcept;
    KeyFileLock& operator=(KeyFileLock&& other) noexcept;

    /// Whether that is still the file, and not another one of its name.
    bool is_of(const std::filesystem::path& file) const;

private:
    int fd_;
};

/// Says what is wrong with a key file.
[[noreturn]] void fail_key_file(const std::filesystem::path& file, const std::string& what);

} // namespace depinsat::ports
