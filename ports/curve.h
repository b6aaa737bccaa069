#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Keys of CURVE, ZeroMQ's encryption (RFC 26): the modem port between two machines.
///
/// Text   Z85 (RFC 32), 40 characters: never taken for a station's key, which is base64.
namespace depinsat::ports {

using CurveKey = std::array<uint8_t, 32>;

struct CurveKeyPair {
    CurveKey public_key{}, secret_key{};
};

/// What one end of the modem port has of CURVE.
struct Curve {
    CurveKeyPair own;
    std::vector<CurveKey> peers; ///< at least one; may connect, and the first is connected to
};

std::string to_z85(const CurveKey&);

/// @return nothing if the text is not the Z85 of 32 bytes, without anything around it.
std::optional<CurveKey> from_z85(std::string_view text);

/// Makes a key pair and a file of mode 0600 that holds the secret key in Z85.
/// @throws std::runtime_error if the file exists or cannot be written, and if libzmq was built
///         without CURVE.
CurveKeyPair generate_curve_key_file(const std::filesystem::path& file);

/// @throws std::runtime_error if the file is missing, is not this user's alone or holds no key.
CurveKeyPair load_curve_key_file(const std::filesystem::path& file);

} // namespace depinsat::ports
