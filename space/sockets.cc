#include "space/sockets.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace depinsat::space {
namespace {

constexpr std::string_view kIpc = "ipc://";
constexpr int kMaxMessages = 64; // 20 ms in ticks of 2 ms, and some
constexpr int kBacklog = 16;

/// ZeroMQ takes the name of a living ipc socket away from its owner without a word.
bool somebody_listens(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path))
        return false;
    std::memcpy(address.sun_path, path.c_str(), path.size());
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    const bool connected =
        connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
    close(fd);
    return connected;
}

void prepare_ipc(const std::string& path)
{
    const auto folder = std::filesystem::path(path).parent_path();
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        throw zmq::error_t(errno);
    if (somebody_listens(path))
        throw zmq::error_t(EADDRINUSE);
}

} // namespace

zmq::socket_t
bind_router(zmq::context_t& context, const std::string& endpoint, size_t max_message_bytes)
{
    zmq::socket_t router(context, zmq::socket_type::router);
    router.set(zmq::sockopt::router_mandatory, true);
    router.set(zmq::sockopt::linger, 0);
    router.set(zmq::sockopt::sndhwm, kMaxMessages);
    router.set(zmq::sockopt::rcvhwm, kMaxMessages);
    router.set(zmq::sockopt::sndbuf, int(max_message_bytes));
    router.set(zmq::sockopt::rcvbuf, int(max_message_bytes));
    router.set(zmq::sockopt::maxmsgsize, int64_t(max_message_bytes));
    router.set(zmq::sockopt::backlog, kBacklog);
    try {
        if (endpoint.starts_with(kIpc))
            prepare_ipc(endpoint.substr(kIpc.size()));
        router.bind(endpoint);
    } catch (const zmq::error_t& error) {
        throw std::runtime_error("cannot bind " + endpoint + ": " + error.what());
    }
    return router;
}

SendResult send_to(zmq::socket_t& router,
                   std::string_view identity,
                   std::span<const uint8_t> map,
                   std::span<const uint8_t> body)
{
    using zmq::send_flags;
    const auto flags = send_flags::dontwait;
    try {
        if (!router.send(zmq::const_buffer(identity.data(), identity.size()),
                         flags | send_flags::sndmore))
            return SendResult::kFull;
        router.send(zmq::const_buffer(map.data(), map.size()), flags | send_flags::sndmore);
        router.send(zmq::const_buffer(body.data(), body.size()), flags);
        return SendResult::kSent;
    } catch (const zmq::error_t& error) {
        if (error.num() != EHOSTUNREACH)
            throw;
        return SendResult::kGone;
    }
}

} // namespace depinsat::space
