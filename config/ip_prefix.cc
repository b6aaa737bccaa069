#include "config/ip_prefix.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace depinsat::config {
namespace {

constexpr size_t kIpv4At = 12; ///< where its octets stand in an IpAddress
constexpr unsigned kIpv4Bits = 8 * kIpv4At;

std::optional<IpAddress> parse_address(const std::string& text)
{
    std::array<uint8_t, 4> octets;
    if (inet_pton(AF_INET, text.c_str(), octets.data()) == 1)
        return mapped_ipv4(octets.data());
    IpAddress address;
    if (inet_pton(AF_INET6, text.c_str(), address.data()) == 1)
        return address;
    return {};
}

} // namespace

IpAddress mapped_ipv4(const uint8_t* octets)
{
    IpAddress address{};
    address[10] = address[11] = 0xff;
    std::copy_n(octets, 4, address.begin() + kIpv4At);
    return address;
}

bool is_ipv4(const IpAddress& address)
{
    return std::all_of(address.begin(), address.begin() + 10, [](uint8_t b) { return !b; }) &&
           address[10] == 0xff && address[11] == 0xff;
}

bool IpPrefix::contains(const IpAddress& other) const
{
    const size_t whole = length / 8;
    if (!std::equal(address.begin(), address.begin() + whole, other.begin()))
        return false;
    const unsigned rest = length % 8;
    return !rest || (address[whole] ^ other[whole]) >> (8 - rest) == 0;
}

std::string IpPrefix::text() const
{
    std::array<char, INET6_ADDRSTRLEN> out;
    const bool v4 = is_ipv4(address) && length >= kIpv4Bits;
    inet_ntop(v4 ? AF_INET : AF_INET6, address.data() + (v4 ? kIpv4At : 0), out.data(),
              out.size());
    return std::string(out.data()) + '/' + std::to_string(length - (v4 ? kIpv4Bits : 0));
}

std::optional<IpPrefix> parse_ip_prefix(std::string_view text)
{
    const size_t slash = text.find('/');
    const auto address = parse_address(std::string(text.substr(0, slash)));
    if (!address)
        return {};
    const unsigned fixed = is_ipv4(*address) ? kIpv4Bits : 0;
    unsigned length = 128 - fixed;
    if (slash != text.npos) {
        const std::string_view digits = text.substr(slash + 1);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), length);
        if (error != std::errc{} || end != digits.data() + digits.size() ||
            length > 128 - fixed)
            return {};
    }
    return IpPrefix{*address, uint8_t(length + fixed)};
}

} // namespace depinsat::config
