#pragma once

#include "bridge/key_file.h"
#include "bridge/link_driver.h"

#include "config/station.h"
#include "depinsat/link/group.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace depinsat::bridge {

/// Lists, revokes and rotates keys while the station runs, those of groups too, by its file.
class StationReload
{
public:
    /// Joins the groups. The id of a group is that of its name: at first they count from 0 in
    /// the order of the file; those that come later follow.
    /// @param station  in use; its peers, groups and key files become those of the file.
    /// @throws std::runtime_error as load_groups() does.
    StationReload(std::filesystem::path file,
                  config::Station& station,
                  StationKeys keys,
                  LinkDriver&);

    /// Reads the file again and logs what changed. If it is bad, or a key file is, that is
    /// logged, and all stays as it was.
    void run();

private:
    void change_peers(const std::vector<config::PublicKey>& peers);
    void change_groups(const std::vector<config::Group>& groups,
                       std::vector<link::Group> loaded);
    void warn_of_the_rest(const config::Station& next) const;

    std::filesystem::path file_;
    config::Station& station_;
    StationKeys keys_;
    LinkDriver& link_;
    std::map<std::string, link::GroupId> group_ids_; ///< of the groups that are joined
    link::GroupId next_group_id_ = 0;
};

} // namespace depinsat::bridge
