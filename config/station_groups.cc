#include "config/station_sections.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace depinsat::config {
namespace {

Group::Sender read_sender(const TomlSection& section, const std::string& text)
{
    const size_t space = text.find(' ');
    const auto station = from_base64(text.substr(0, space));
    const auto verify_key =
        space == text.npos ? std::nullopt : from_base64(text.substr(space + 1));
    if (!station || !verify_key)
        section.fail(
            "senders", "holds \"" + text.substr(0, 100) + "\", which names no sender",
            "two keys of 32 bytes in base64, as `depinsat keygen --sender` prints them");
    return {*station, *verify_key};
}

Group read_group(const TomlSection& section)
{
    Group group;
    group.name = read_word(section, "name");
    group.key_file = section.path("key_file");
    if (section.has("old_key_file"))
        group.old_key_file = section.path("old_key_file");
    if (group.old_key_file == group.key_file)
        section.fail("old_key_file", "is the key_file as well");
    group.sends = section.boolean("sends", false);
    group.loss = section.number("loss_percent", 0, 50, 10) / 100;
    for (const auto& text :
         section.has("senders") ? section.texts("senders") : std::vector<std::string>()) {
        const Group::Sender sender = read_sender(section, text);
        if (std::ranges::count(group.senders, sender.station, &Group::Sender::station))
            section.fail("senders", "holds " + text.substr(0, 44) + " twice");
        group.senders.push_back(sender);
    }
    if (group.senders.empty() && !group.sends)
        section.fail("senders", "is empty, and this station does not send",
                     "at least one sender, or sends = true");
    return group;
}

} // namespace

std::string read_group_name(const TomlSection& section, const Station& station, bool sends)
{
    const std::string name = section.text("group", "");
    if (name.empty())
        return name;
    const auto group = std::ranges::find(station.groups, name, &Group::name);
    if (group == station.groups.end())
        section.fail("group", "is \"" + name.substr(0, 32) + '"', "a name of [[groups]]");
    if (sends && !group->sends)
        section.fail("group", "is one to which this station does not send",
                     "one with groups.sends = true");
    if (!sends && group->senders.empty())
        section.fail("group", "is one of which no other station is heard",
                     "one with groups.senders");
    return name;
}

std::vector<Group> read_groups(const TomlSection& file)
{
    std::vector<Group> groups;
    for (const auto& section : file.sections("groups", {"name", "key_file", "old_key_file",
                                                        "senders", "sends", "loss_percent"})) {
        Group group = read_group(section);
        if (std::ranges::count(groups, group.name, &Group::name))
            section.fail("name", "is used twice");
        groups.push_back(std::move(group));
    }
    return groups;
}

nlohmann::json groups_json(const std::vector<Group>& groups)
{
    auto all = nlohmann::json::array();
    for (const Group& group : groups) {
        auto senders = nlohmann::json::array();
        for (const auto& sender : group.senders)
            senders.push_back(to_base64(sender.station) + ' ' + to_base64(sender.verify_key));
        all.push_back({{"name", group.name},
                       {"key_file", group.key_file.string()},
                       {"senders", senders},
                       {"sends", group.sends},
                       {"loss_percent", 100 * group.loss}});
        if (group.old_key_file)
            all.back()["old_key_file"] = group.old_key_file->string();
    }
    return all;
}

} // namespace depinsat::config
