#include "config/station_sections.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace depinsat::config {
namespace {

unsigned find_path(const TomlSection& section, const Station& station, const std::string& name)
{
    const auto found = std::ranges::find(station.paths, name, &Path::name);
    if (found != station.paths.end())
        return unsigned(found - station.paths.begin());
    std::string names;
    for (const Path& path : station.paths)
        names += (names.empty() ? "" : ", ") + ('"' + path.name + '"');
    section.fail("paths", "holds \"" + name.substr(0, 60) + "\", which is no [[path]]", names);
}

} // namespace

std::optional<Contacts> read_contacts(const TomlSection& file, const Station& station)
{
    const auto section = file.section("contacts", {"schedule", "paths"});
    if (!file.has("contacts"))
        return {};
    Contacts contacts{section.path("schedule"), {}};
    if (!section.has("paths")) {
        for (unsigned path = 0; path < station.paths.size(); ++path)
            contacts.paths.push_back(path);
        return contacts;
    }
    if (station.paths.front().name.empty())
        section.fail("paths", "is of no use without [[path]]");
    for (const std::string& name : section.texts("paths")) {
        contacts.paths.push_back(find_path(section, station, name));
        if (std::ranges::count(contacts.paths, contacts.paths.back()) > 1)
            section.fail("paths", "holds \"" + name + "\" twice");
    }
    if (contacts.paths.empty())
        section.fail("paths", "is empty", "names of [[path]]");
    return contacts;
}

nlohmann::json contacts_json(const Station& station)
{
    nlohmann::json out{{"schedule", station.contacts->schedule.string()}};
    if (!station.paths.front().name.empty())
        for (const unsigned path : station.contacts->paths)
            out["paths"].push_back(station.paths[path].name);
    return out;
}

} // namespace depinsat::config
