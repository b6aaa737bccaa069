#include "journal/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace depinsat::journal {

FileLock::FileLock(const std::filesystem::path& file)
{
    const std::string name = file.string() + ".lock";
    fd_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd_ < 0)
        throw std::runtime_error("cannot make " + name + ": " + std::strerror(errno));
    if (::flock(fd_, LOCK_EX | LOCK_NB) == 0)
        return;
    ::close(fd_);
    throw std::runtime_error(file.string() + " is in use by another process");
}

FileLock::~FileLock()
{
    ::close(fd_);
}

} // namespace depinsat::journal
