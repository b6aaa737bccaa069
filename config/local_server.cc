#include "config/local_server.h"

#include "config/station_sections.h"

#include <algorithm>

namespace depinsat::config {
namespace {

/// As browsers write it: a scheme, "://", and no path.
bool is_origin(std::string_view text)
{
    const size_t scheme = text.find("://");
    return scheme != text.npos && scheme > 0 && text.size() > scheme + 3 &&
           text.find_first_of("/ *", scheme + 3) == text.npos;
}

} // namespace

TomlSection::Keys local_server_keys(TomlSection::Keys more)
{
    more.insert(more.begin(), {"listen", "token_file", "origins", "max_clients",
                               "max_request_bytes", "max_requests_per_second"});
    return more;
}

Listen read_listen(const TomlSection& section, Station& station)
{
    const std::string text = section.text("listen");
    const auto listen = parse_listen(text);
    if (!listen)
        section.fail("listen", "is \"" + text.substr(0, 60) + '"',
                     "127.0.0.1:PORT, localhost:PORT, [::1]:PORT");
    if (std::ranges::count(station.listens, *listen))
        section.fail("listen", "is used twice");
    station.listens.push_back(*listen);
    return *listen;
}

LocalServer read_local_server(const TomlSection& section, Station& station)
{
    LocalServer server;
    server.listen = read_listen(section, station);
    if (section.has("token_file"))
        server.token_file = section.path("token_file");
    if (section.has("origins"))
        server.origins = section.texts("origins");
    for (const auto& origin : server.origins)
        if (!is_origin(origin))
            section.fail("origins", "holds \"" + origin.substr(0, 60) + '"',
                         "origins as browsers send them, SCHEME://HOST[:PORT]");
    server.max_clients = size_t(section.integer("max_clients", 1, 10'000, 64));
    server.max_request_bytes =
        size_t(section.integer("max_request_bytes", 1024, 16 << 20, 1 << 20));
    server.max_requests_per_second =
        unsigned(section.integer("max_requests_per_second", 0, 1'000'000, 0));
    return server;
}

} // namespace depinsat::config
