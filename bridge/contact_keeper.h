#pragma once

#include "bridge/asio.h"
#include "bridge/link_driver.h"

#include "config/contacts.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace depinsat::bridge {

/// Tells the link when each path leads to whom: reads the schedule, again when the file
/// changes, and follows the wall clock, or the better one of a peer.
///
/// A schedule that cannot be read is told in the log, and the one before stays.
class ContactKeeper
{
public:
    /// Reads the schedule.
    /// @param station  with contacts; it and the link outlive the keeper.
    /// @throws ConfigError if it cannot be had.
    ContactKeeper(asio::io_context&, const config::Station& station, LinkDriver& link);

    /// Tells the link at once, and then follows.
    void start();

    /// Reads the schedule again.
    void reread();

    struct State {
        size_t contacts = 0;
        std::optional<std::string> fault; ///< of the file as it is now
    };
    State state() const { return {contacts_.size(), fault_}; }

private:
    /// By which a file that was written anew is known.
    struct Stamp {
        std::filesystem::file_time_type written;
        uintmax_t bytes = 0;
        bool operator==(const Stamp&) const = default;
    };

    void look();
    void tell(link::Time unix_offset);
    std::optional<Stamp> stamp() const;

    const config::Station& station_;
    LinkDriver& link_;
    asio::steady_timer timer_;
    std::vector<config::Contact> contacts_;
    std::optional<Stamp> stamp_;
    std::optional<std::string> fault_;
    std::optional<link::Time>
        told_; ///< Unix time less the link's, with which contacts were told
};

} // namespace depinsat::bridge
