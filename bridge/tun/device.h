#pragma once

#include "bridge/asio.h"

#include "config/tun_bridge.h"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <functional>
#include <span>
#include <vector>

namespace depinsat::bridge::tun {

/// A TUN interface of this machine (Linux: Documentation/networking/tuntap.rst): whole IP
/// packets, nothing before them.
class Device
{
public:
    /// Makes the interface, or attaches to one that exists and is nobody's; it gets its MTU and
    /// addresses, and is up then, if addresses are given.
    /// @throws std::runtime_error if that is not allowed, or the name is in use.
    Device(asio::io_context&, const config::TunBridge&);

    /// Each packet that the machine sends into the interface goes to `take`.
    void start(std::function<void(std::span<const uint8_t>)> take);

    /// @return false if the machine does not take the packet, as while the interface is down.
    bool write(std::span<const uint8_t> packet);

private:
    void read();

    asio::posix::stream_descriptor file_;
    asio::steady_timer pause_; ///< while the interface is down
    std::vector<uint8_t> packet_;
    std::function<void(std::span<const uint8_t>)> take_;
};

} // namespace depinsat::bridge::tun
