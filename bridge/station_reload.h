#pragma once

#include "bridge/key_file.h"
#include "bridge/link_driver.h"

#include "config/station.h"

#include <filesystem>

namespace depinsat::bridge {

/// Lists, revokes and rotates keys while the station runs, by its file.
class StationReload
{
public:
    /// @param station  in use; its peers and key files become those of the file.
    StationReload(std::filesystem::path file,
                  config::Station& station,
                  StationKeys keys,
                  LinkDriver&);

    /// Reads the file again and logs what changed. If it is bad, or a key file is, that is
    /// logged, and all stays as it was.
    void run();

private:
    void change_peers(const std::vector<config::PublicKey>& peers);
    void warn_of_the_rest(const config::Station& next) const;

    std::filesystem::path file_;
    config::Station& station_;
    StationKeys keys_;
    LinkDriver& link_;
};

} // namespace depinsat::bridge
