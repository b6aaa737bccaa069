#include "bridge/socket_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace depinsat::bridge {

SocketLock::SocketLock(const std::string& endpoint)
{
    constexpr std::string_view kIpc = "ipc://";
    if (!endpoint.starts_with(kIpc))
        return;
    const std::string file = endpoint.substr(kIpc.size()) + ".lock";
    fd_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd_ < 0)
        throw std::runtime_error("cannot make " + file + ": " + std::strerror(errno));
    if (::flock(fd_, LOCK_EX | LOCK_NB) == 0)
        return;
    ::close(fd_);
    throw std::runtime_error("cannot bind " + endpoint + ": in use by another depinsatd");
}

SocketLock::~SocketLock()
{
    if (fd_ >= 0)
        ::close(fd_);
}

} // namespace depinsat::bridge
