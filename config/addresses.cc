#include "config/addresses.h"

#include <sodium.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace depinsat::config {
namespace {

struct HostPort {
    std::string host;
    std::optional<uint16_t> port;
};

struct SchemeRow {
    Url::Scheme scheme;
    std::string_view prefix;
    uint16_t port; ///< that of a URL without one
};

constexpr SchemeRow kSchemes[] = {{Url::Scheme::kHttp, "http://", 80},
                                  {Url::Scheme::kHttps, "https://", 443},
                                  {Url::Scheme::kTcp, "tcp://", 0}};

std::optional<uint16_t> parse_port(std::string_view text)
{
    uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0)
        return {};
    return port;
}

bool is_host_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '.' || c == '-' || c == ':';
}

/// Splits "host", "host:port" and "[v6]:port".
std::optional<HostPort> split(std::string_view text)
{
    std::string_view host = text, port;
    if (text.starts_with('[')) {
        const size_t end = text.find(']');
        if (end == std::string_view::npos)
            return {};
        host = text.substr(1, end - 1);
        port = text.substr(end + 1);
    } else if (const size_t colon = text.find(':'); colon != std::string_view::npos) {
        host = text.substr(0, colon);
        port = text.substr(colon);
    }
    if (host.empty() || !std::all_of(host.begin(), host.end(), is_host_character))
        return {};
    HostPort result{std::string(host), {}};
    if (port.empty())
        return result;
    if (!port.starts_with(':'))
        return {};
    result.port = parse_port(port.substr(1));
    if (!result.port)
        return {};
    return result;
}

std::string host_port(const std::string& host, uint16_t port)
{
    std::string text = host;
    if (text.find(':') != std::string_view::npos)
        text = std::string("[").append(host).append("]");
    return text.append(":").append(std::to_string(port));
}

/// The address as numbers, if it is this machine's own.
std::optional<std::string> loopback(const std::string& host)
{
    if (host == "localhost")
        return "127.0.0.1";
    if (host == "::1" || host == "127.0.0.1")
        return host;
    return {};
}

void make_private(const std::filesystem::path& directory)
{
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
        throw std::runtime_error(directory.string() +
                                 ": cannot be made: " + std::strerror(errno));
    struct stat status {
    };
    if (::lstat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) ||
        status.st_uid != ::geteuid() || (status.st_mode & 0077) != 0)
        throw std::runtime_error(directory.string() +
                                 ": must be a folder of this user with mode 0700");
}

} // namespace

std::string to_base64(std::span<const uint8_t, 32> key)
{
    char text[sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_ORIGINAL)];
    sodium_bin2base64(text, sizeof(text), key.data(), key.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    return text;
}

std::optional<PublicKey> from_base64(std::string_view text)
{
    PublicKey key{};
    size_t size = 0;
    if (sodium_base642bin(key.data(), key.size(), text.data(), text.size(), nullptr, &size,
                          nullptr, sodium_base64_VARIANT_ORIGINAL) != 0 ||
        size != key.size())
        return {};
    return key;
}

std::string Listen::text() const
{
    return host_port(address, port);
}

std::optional<Listen> parse_listen(std::string_view text)
{
    const auto parts = split(text);
    if (!parts || !parts->port)
        return {};
    const auto address = loopback(parts->host);
    if (!address)
        return {};
    return Listen{*address, *parts->port};
}

std::string Url::authority() const
{
    return host_port(host, port);
}

std::string Url::text() const
{
    const auto* row = std::ranges::find(kSchemes, scheme, &SchemeRow::scheme);
    return std::string(row->prefix) + authority() + (scheme == Scheme::kTcp ? "" : path);
}

std::optional<Url> parse_url(std::string_view text)
{
    const auto* row = std::ranges::find_if(
        kSchemes, [&](const SchemeRow& one) { return text.starts_with(one.prefix); });
    if (row == std::end(kSchemes))
        return {};
    text.remove_prefix(row->prefix.size());
    const size_t slash = std::min(text.find_first_of("/?"), text.size());
    const auto parts = split(text.substr(0, slash));
    if (!parts)
        return {};
    if (row->scheme == Url::Scheme::kTcp && (!parts->port || slash != text.size()))
        return {};
    Url url{row->scheme, parts->host, parts->port.value_or(row->port),
            std::string(text.substr(slash))};
    if (!url.path.starts_with('/'))
        url.path = std::string("/").append(url.path);
    for (const char c : url.path)
        if (c <= ' ' || c >= 0x7f || c == '#')
            return {};
    return url;
}

bool is_local_endpoint(std::string_view endpoint)
{
    if (endpoint.starts_with("ipc://"))
        return true;
    constexpr std::string_view kTcp = "tcp://";
    return endpoint.starts_with(kTcp) && parse_listen(endpoint.substr(kTcp.size())).has_value();
}

std::string endpoint_fault(std::string_view endpoint)
{
    constexpr std::string_view kIpc = "ipc://", kTcp = "tcp://";
    if (endpoint.starts_with(kTcp)) {
        const auto parts = split(endpoint.substr(kTcp.size()));
        return parts && parts->port ? "" : "has no address and port";
    }
    if (!endpoint.starts_with(kIpc))
        return "is neither ipc://PATH nor tcp://ADDRESS:PORT";
    const std::string_view path = endpoint.substr(kIpc.size());
    constexpr size_t kMaxPath = sizeof(sockaddr_un::sun_path) - 1;
    if (!path.starts_with('/'))
        return "has no absolute path";
    if (path.size() > kMaxPath)
        return "has a path of " + std::to_string(path.size()) + " bytes; a socket's may have " +
               std::to_string(kMaxPath);
    return {};
}

std::filesystem::path runtime_directory(const std::string& name)
{
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    if (runtime && runtime[0] == '/')
        return std::filesystem::path(runtime) / "depinsat" / name;
    const uid_t user = ::geteuid();
    const std::string base = user == 0 ? "/run/depinsat-" : "/tmp/depinsat-";
    return std::filesystem::path(base + std::to_string(user)) / name;
}

void make_runtime_directory(const std::filesystem::path& directory)
{
    make_private(directory.parent_path());
    make_private(directory);
}

} // namespace depinsat::config
