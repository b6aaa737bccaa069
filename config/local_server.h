#pragma once

#include "config/addresses.h"
#include "config/toml_reader.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace depinsat::config {

struct Station;

/// What every server has that programs of this machine use: where it listens, whom it serves,
/// and how much of them it takes.
struct LocalServer {
    Listen listen;
    std::optional<std::filesystem::path> token_file; ///< then clients show the token in it
    std::vector<std::string> origins;                ///< of web pages that may use it
    size_t max_clients = 64;
    size_t max_request_bytes = 1u << 20;
    unsigned max_requests_per_second = 0; ///< of all clients together; 0: any number
};

/// The keys of a section that read_local_server() reads, and `more`.
TomlSection::Keys local_server_keys(TomlSection::Keys more);

/// @param station  so far: no two of its servers listen at the same place.
LocalServer read_local_server(const TomlSection&, Station& station);

} // namespace depinsat::config
