#include "bridge/tun/device.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace depinsat::bridge::tun {
namespace {

constexpr size_t kMaxPacket = 65535;
constexpr auto kPause = std::chrono::milliseconds(200);
constexpr unsigned kIpv4Bits = 96; ///< those that all mapped IPv4 addresses have in common

/// struct in6_ifreq of <linux/ipv6.h>, which <net/if.h> does not go together with.
struct Ipv6Request {
    in6_addr address;
    uint32_t prefix_length;
    int interface;
};

class Descriptor
{
public:
    explicit Descriptor(int value) : value_(value) {}
    Descriptor(const Descriptor&) = delete;
    ~Descriptor()
    {
        if (value_ >= 0)
            close(value_);
    }
    int value() const { return value_; }
    int release() { return std::exchange(value_, -1); }

private:
    int value_;
};

void require(bool holds, const std::string& what)
{
    if (!holds)
        throw std::runtime_error(what + ": " + std::generic_category().message(errno));
}

ifreq request_for(const std::string& device)
{
    ifreq request{};
    device.copy(request.ifr_name, IFNAMSIZ - 1);
    return request;
}

void set_ipv4(int socket, const std::string& device, const config::IpPrefix& prefix)
{
    ifreq request = request_for(device);
    auto& place = reinterpret_cast<sockaddr_in&>(request.ifr_addr);
    place.sin_family = AF_INET;
    std::memcpy(&place.sin_addr, &prefix.address[12], 4);
    require(ioctl(socket, SIOCSIFADDR, &request) == 0, device + ": " + prefix.text());
    const unsigned length = prefix.length - kIpv4Bits;
    place.sin_addr.s_addr = htonl(length ? ~0u << (32 - length) : 0);
    require(ioctl(socket, SIOCSIFNETMASK, &request) == 0, device + ": " + prefix.text());
}

void set_ipv6(const std::string& device, const config::IpPrefix& prefix)
{
    const Descriptor socket(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    require(socket.value() >= 0, "IPv6");
    Ipv6Request request{{}, prefix.length, int(if_nametoindex(device.c_str()))};
    std::memcpy(&request.address, prefix.address.data(), prefix.address.size());
    require(ioctl(socket.value(), SIOCSIFADDR, &request) == 0 || errno == EEXIST,
            device + ": " + prefix.text());
}

void configure(const config::TunBridge& tun)
{
    const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    require(socket.value() >= 0, "IPv4");
    ifreq request = request_for(tun.device);
    request.ifr_mtu = int(tun.mtu);
    require(ioctl(socket.value(), SIOCSIFMTU, &request) == 0, tun.device + ": mtu");
    for (const auto& prefix : tun.addresses)
        if (config::is_ipv4(prefix.address))
            set_ipv4(socket.value(), tun.device, prefix);
        else
            set_ipv6(tun.device, prefix);
    if (tun.addresses.empty())
        return;
    request = request_for(tun.device);
    require(ioctl(socket.value(), SIOCGIFFLAGS, &request) == 0, tun.device);
    request.ifr_flags = short(request.ifr_flags | IFF_UP);
    require(ioctl(socket.value(), SIOCSIFFLAGS, &request) == 0, tun.device);
}

int open_device(const config::TunBridge& tun)
{
    Descriptor file(open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK));
    require(file.value() >= 0, "/dev/net/tun");
    ifreq request = request_for(tun.device);
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    require(ioctl(file.value(), TUNSETIFF, &request) == 0,
            tun.device + " (the interface needs the capability CAP_NET_ADMIN)");
    configure(tun);
    return file.release();
}

} // namespace

Device::Device(asio::io_context& io, const config::TunBridge& tun)
    : file_(io, open_device(tun)), pause_(io), packet_(kMaxPacket)
{}

void Device::start(std::function<void(std::span<const uint8_t>)> take)
{
    take_ = std::move(take);
    read();
}

void Device::read()
{
    file_.async_read_some(asio::buffer(packet_), [this](error_code error, size_t size) {
        if (error == asio::error::operation_aborted)
            return;
        if (!error) {
            take_(std::span(packet_).first(size));
            return read();
        }
        pause_.expires_after(kPause);
        pause_.async_wait([this](error_code aborted) {
            if (!aborted)
                read();
        });
    });
}

bool Device::write(std::span<const uint8_t> packet)
{
    return ::write(file_.native_handle(), packet.data(), packet.size()) ==
           ssize_t(packet.size());
}

} // namespace depinsat::bridge::tun
