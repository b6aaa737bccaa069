#pragma once

#include "config/station.h"
#include "depinsat/link/group.h"
#include "depinsat/link/link.h"
#include "ports/key_file.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace depinsat::bridge {

/// Makes a key pair and a file of mode 0600 that holds the secret key in base64.
/// @throws std::runtime_error if the file exists or cannot be written.
link::KeyPair generate_key_file(const std::filesystem::path& file);

/// @throws std::runtime_error if the file is missing, is not this user's alone or holds no key.
link::KeyPair load_key_file(const std::filesystem::path& file);

/// Likewise the key of a group.
void generate_group_key_file(const std::filesystem::path& file);
void save_group_key_file(const std::filesystem::path& file, const link::Key&);
link::Key load_group_key_file(const std::filesystem::path& file);

/// A station as others list it among the senders of a group: public key and verify key.
std::string sender_text(const link::KeyPair&);

/// A station's keys, and the locks that keep their files to this process.
struct StationKeys {
    link::KeyPair own;
    std::optional<link::KeyPair> former;
    std::vector<ports::KeyFileLock> locks{};
};

/// Without locks, to look at them.
/// @throws std::runtime_error as load_key_file(), or if a peer has one of the keys, or a key
///         that is none.
StationKeys load_station_keys(const config::Station&);

/// With locks.
/// @param held  those that are held already; what is not needed any more is let go with it.
/// @throws std::runtime_error likewise, and if another process holds a file.
StationKeys take_station_keys(const config::Station&, std::vector<ports::KeyFileLock>& held);

/// The bearer token of a server: 16 to 120 characters without blanks.
/// @throws std::runtime_error if the file is missing, is not this user's alone or holds no such
///         token.
std::string load_token_file(const std::filesystem::path& file);

} // namespace depinsat::bridge
