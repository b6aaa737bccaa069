#include "bridge/station_reload.h"

#include "bridge/groups.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace depinsat::bridge {
namespace {

using Peers = std::vector<config::PublicKey>;

Peers without(const Peers& peers, const Peers& others)
{
    Peers rest;
    std::ranges::copy_if(peers, std::back_inserter(rest),
                         [&](const auto& peer) { return !std::ranges::count(others, peer); });
    return rest;
}

bool same(const StationKeys& a, const StationKeys& b)
{
    return a.own.public_key == b.own.public_key &&
           a.former.has_value() == b.former.has_value() &&
           (!a.former || a.former->public_key == b.former->public_key);
}

} // namespace

StationReload::StationReload(std::filesystem::path file,
                             config::Station& station,
                             StationKeys keys,
                             LinkDriver& link)
    : file_(std::move(file)), station_(station), keys_(std::move(keys)), link_(link)
{
    if (keys_.former)
        link_.set_keys(keys_.own, keys_.former);
    change_groups(station_.groups, load_groups(station_, keys_.own));
}

void StationReload::run()
{
    try {
        const config::Station next = config::read_station(file_);
        if (next.role != station_.role)
            throw std::runtime_error(file_.string() + ": station.role: needs a restart");
        auto groups = load_groups(next, load_station_keys(next).own);
        StationKeys keys = take_station_keys(next, keys_.locks); // the last that may fail
        // Revoked ones first, as one of them may have what is now the station's own key.
        change_peers(without(station_.peers, without(station_.peers, next.peers)));
        if (!same(keys, keys_)) {
            link_.set_keys(keys.own, keys.former);
            spdlog::info("station.key_file: the key is {}{}",
                         config::to_base64(keys.own.public_key),
                         keys.former ? ", and the former one is answered, too" : "");
        }
        keys_ = std::move(keys);
        change_peers(next.peers);
        change_groups(next.groups, std::move(groups));
        station_.key_file = next.key_file;
        station_.former_key_file = next.former_key_file;
        warn_of_the_rest(next);
        spdlog::info("{}: read again, {} peers, {} groups", file_.string(),
                     station_.peers.size(), station_.groups.size());
    } catch (const std::runtime_error& error) {
        spdlog::error("{}; keys, peers and groups stay as they were", error.what());
    }
}

void StationReload::change_peers(const Peers& peers)
{
    for (const auto& peer : without(station_.peers, peers)) {
        link_.remove_peer(peer);
        spdlog::info("station.peers: {} is revoked", config::to_base64(peer));
    }
    for (const auto& peer : without(peers, station_.peers)) {
        link_.add_peer(peer);
        spdlog::info("station.peers: {} is listed", config::to_base64(peer));
    }
    station_.peers = peers;
}

// What is the same in a group goes on: a run of a key that is kept, what is known of senders.
void StationReload::change_groups(const std::vector<config::Group>& groups,
                                  std::vector<link::Group> loaded)
{
    std::erase_if(group_ids_, [&](const auto& joined) {
        if (std::ranges::count(groups, joined.first, &config::Group::name))
            return false;
        link_.leave(joined.second);
        spdlog::info("groups: {} is left", joined.first);
        return true;
    });
    for (size_t i = 0; i < groups.size(); ++i) {
        const auto [joined, is_new] = group_ids_.try_emplace(groups[i].name, next_group_id_);
        next_group_id_ = link::GroupId(next_group_id_ + is_new);
        loaded[i].id = joined->second;
        link_.join(loaded[i]);
        if (is_new)
            spdlog::info("groups: {} is joined", groups[i].name);
    }
    station_.groups = groups;
}

void StationReload::warn_of_the_rest(const config::Station& next) const
{
    const nlohmann::json now = config::to_json(station_), then = config::to_json(next);
    for (const auto& [section, values] : then.items())
        if (now.value(section, nlohmann::json()) != values)
            spdlog::warn("{}: what changed in [{}] needs a restart", file_.string(), section);
}

} // namespace depinsat::bridge
