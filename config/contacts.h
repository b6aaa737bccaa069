#pragma once

#include "config/addresses.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace depinsat::config {

struct Station;

/// `[contacts]`: paths that lead to the peers at times only.
struct Contacts {
    std::filesystem::path schedule;
    std::vector<unsigned> paths; ///< of the station, that keep to it
};

/// One line of a schedule, in Unix time.
struct Contact {
    unsigned path = 0;
    std::chrono::nanoseconds start{}, end{};
    std::optional<PublicKey> station; ///< none: all peers
};

/// The file that contacts.schedule names (docs/station.md, Contacts).
/// @throws ConfigError if it cannot be read, is no schedule, or is of other paths or peers.
std::vector<Contact> read_schedule(const Station&);

/// As read_schedule(), for text that is at hand.
std::vector<Contact> parse_schedule(std::string_view text, const Station&);

} // namespace depinsat::config
