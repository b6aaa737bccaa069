#pragma once

#include "depinsat/link/link.h"

#include <filesystem>

namespace depinsat::bridge {

/// Makes a key pair and a file of mode 0600 that holds the secret key in base64.
/// @throws std::runtime_error if the file exists or cannot be written.
link::KeyPair generate_key_file(const std::filesystem::path& file);

/// @throws std::runtime_error if the file is missing, is not this user's alone or holds no key.
link::KeyPair load_key_file(const std::filesystem::path& file);

} // namespace depinsat::bridge
