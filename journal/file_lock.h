#pragma once

#include <filesystem>

namespace depinsat::journal {

/// Holds `FILE.lock`, which it makes, for one process; the system lets go of it when that ends.
class FileLock
{
public:
    /// @throws std::runtime_error if another process holds it.
    explicit FileLock(const std::filesystem::path& file);
    ~FileLock();
    FileLock(const FileLock&) = delete;

private:
    int fd_ = -1;
};

} // namespace depinsat::journal
