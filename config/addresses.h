#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace depinsat::config {

/// X25519 public key of a station.
using PublicKey = std::array<uint8_t, 32>;

/// Standard base64 with padding: 44 characters.
std::string to_base64(std::span<const uint8_t, 32> key);

/// @return nothing if the text is not the base64 of 32 bytes, without anything around it.
std::optional<PublicKey> from_base64(std::string_view text);

/// Where a local TCP server listens.
struct Listen {
    std::string address; ///< a numeric loopback address, "127.0.0.1" or "::1"
    uint16_t port = 0;

    std::string text() const;
    friend bool operator==(const Listen&, const Listen&) = default;
};

/// "127.0.0.1:9545", "localhost:9545" or "[::1]:9545".
/// @return nothing for other texts, for port 0 and for addresses that are not loopback.
std::optional<Listen> parse_listen(std::string_view text);

/// An http://, https:// or tcp:// URL.
struct Url {
    enum class Scheme : uint8_t { kHttp, kHttps, kTcp };

    Scheme scheme = Scheme::kHttp;
    std::string host; ///< name or address, without brackets
    uint16_t port = 80;
    std::string path = "/";

    /// What stands in the Host field of a request.
    std::string authority() const;
    std::string text() const;
    friend bool operator==(const Url&, const Url&) = default;
};

/// @return nothing for other schemes, user names, fragments and characters outside of URLs; for
///         tcp:// without a port or with a path.
std::optional<Url> parse_url(std::string_view text);

/// Whether a ZeroMQ endpoint stays on this machine: ipc:// or tcp:// on a loopback address.
bool is_local_endpoint(std::string_view endpoint);

/// What is wrong with a ZeroMQ endpoint ("ipc://PATH", "tcp://ADDRESS:PORT"); empty if nothing.
std::string endpoint_fault(std::string_view endpoint);

/// Folder of the sockets of station `name`: $XDG_RUNTIME_DIR/depinsat/NAME, else
/// /run/depinsat-UID/NAME for root, else /tmp/depinsat-UID/NAME.
std::filesystem::path runtime_directory(const std::string& name);

/// Makes a runtime_directory() and its parent `depinsat...`, each of mode 0700.
/// @throws std::runtime_error if either exists and is no folder, belongs to another user or is
///         open to others.
void make_runtime_directory(const std::filesystem::path& directory);

} // namespace depinsat::config
