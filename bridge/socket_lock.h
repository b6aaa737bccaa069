#pragma once

#include <string>

namespace depinsat::bridge {

/// Holds the ipc:// endpoint of a station for one daemon, since ZeroMQ would take it away from
/// the one that has it. Other endpoints need no lock.
class SocketLock
{
public:
    /// @throws std::runtime_error if another process holds the endpoint.
    explicit SocketLock(const std::string& endpoint);
    ~SocketLock();
    SocketLock(const SocketLock&) = delete;
    SocketLock& operator=(const SocketLock&) = delete;

private:
    int fd_ = -1;
};

} // namespace depinsat::bridge
