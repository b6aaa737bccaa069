#include "config/station_sections.h"

#include <algorithm>

namespace depinsat::config {
namespace {

/// Each is heard by one modem alone.
void refuse_shared_radio(const TomlSection& section, const Path& path, const Path& other)
{
    const Radio &a = path.radio, &b = other.radio;
    if (a.is_real() && a.profile == b.profile && a.device == b.device)
        section.fail("radio", "is that of path \"" + other.name + "\", too",
                     "another profile or device");
    if (a.file && a.file == b.file)
        section.fail("radio", "has the file of path \"" + other.name + "\", too",
                     "another file");
}

} // namespace

std::vector<Path>
read_paths(const TomlSection& file, const std::string& station, std::chrono::milliseconds delay)
{
    std::vector<std::string> endpoints;
    const auto read = [&](const TomlSection& section, const std::string& name) {
        Path path{name, delay, read_waveform(section), {}, {}, {}};
        path.radio = read_radio(section, path.waveform);
        path.transmit = read_transmit(section, path.waveform, path.radio);
        path.modem = read_modem(section, station, name, endpoints);
        return path;
    };
    const auto sections =
        file.sections("path", {"name", "delay_ms", "waveform", "radio", "transmit", "modem"});
    if (sections.empty())
        return {read(file, "")};
    for (const char* key : {"waveform", "radio", "transmit", "modem"})
        if (file.has(key))
            file.fail(key, "belongs into each [[path]], as this station has some",
                      std::string("[path.") + key + ']');
    std::vector<Path> paths;
    for (const TomlSection& section : sections) {
        const std::string name = read_word(section, "name");
        if (std::ranges::count(paths, name, &Path::name))
            section.fail("name", "is used twice");
        Path path = read(section, name);
        path.delay =
            std::chrono::milliseconds(section.integer("delay_ms", 1, 3000, delay.count()));
        for (const Path& other : paths)
            refuse_shared_radio(section, path, other);
        paths.push_back(std::move(path));
    }
    if (paths.size() > kMaxPaths)
        file.fail("path", "there are " + std::to_string(paths.size()),
                  "at most " + std::to_string(kMaxPaths));
    return paths;
}

} // namespace depinsat::config
