#include "bridge/groups.h"

#include "bridge/key_file.h"
#include "bridge/wall_clock.h"

#include <algorithm>
#include <stdexcept>

namespace depinsat::bridge {
namespace {

[[noreturn]] void
fail(const config::Group& group, const std::string& key, const std::string& what)
{
    throw std::runtime_error("groups." + key + " of " + group.name + ": " + what);
}

link::Key load(const config::Group& group, const char* key, const std::filesystem::path& file)
{
    try {
        return load_group_key_file(file);
    } catch (const std::runtime_error& error) {
        fail(group, key, error.what());
    }
}

link::Group load(const config::Group& group, const link::KeyPair& own)
{
    link::Group loaded;
    loaded.keys.push_back(load(group, "key_file", group.key_file));
    if (group.old_key_file)
        loaded.keys.push_back(load(group, "old_key_file", *group.old_key_file));
    if (loaded.keys.front() == loaded.keys.back() && group.old_key_file)
        fail(group, "old_key_file", "holds the key of key_file");
    for (const auto& sender : group.senders) {
        if (sender.station == own.public_key)
            fail(group, "senders",
                 "holds this station's own key; allowed: sends = true instead");
        loaded.senders.push_back({sender.station, sender.verify_key});
    }
    loaded.sends = group.sends;
    loaded.loss = group.loss;
    loaded.least_run = wall_seconds();
    return loaded;
}

} // namespace

std::vector<link::Group> load_groups(const config::Station& station, const link::KeyPair& own)
{
    std::vector<link::Group> groups;
    for (const config::Group& group : station.groups) {
        link::Group loaded = load(group, own);
        loaded.id = link::GroupId(groups.size());
        for (const link::Group& other : groups)
            if (std::ranges::find_first_of(other.keys, loaded.keys) != other.keys.end())
                fail(group, "key_file", "holds the key of another group");
        groups.push_back(std::move(loaded));
    }
    return groups;
}

} // namespace depinsat::bridge
