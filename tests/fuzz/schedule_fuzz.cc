// The schedule of contacts, and when the link takes a path for open by it. Input: a byte,
// whether the station has several paths; the file.
#include "config/contacts.h"
#include "config/station.h"
#include "link/timetable.h"

#include <algorithm>
#include <cstdlib>

namespace {

using namespace depinsat;

void require(bool holds)
{
    if (!holds)
        std::abort();
}

const std::string kStation = R"([station]
name = "gateway"
role = "gateway"
key_file = "gateway.key"
peers = ["AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=", "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI="]
[[upstream]]
protocol = "ethereum"
url = "http://127.0.0.1:8545"
[contacts]
schedule = "contacts.json"
)";

const std::string kPath = R"([waveform]
kind = "dvbs2"
symbol_rate_baud = 500000
modcod = "qpsk_1-2"
[radio]
profile = "sim"
)";

std::string named_path(const std::string& name)
{
    return "[[path]]\nname = \"" + name +
           "\"\nwaveform = {kind = \"dvbs2\", symbol_rate_baud = 500000, modcod = "
           "\"qpsk_1-2\"}\nradio = {profile = \"sim\"}\n";
}

// Made when first asked for: the tables of the parser are there then.
const config::Station& with_one_path()
{
    static const config::Station station =
        config::parse_station(kStation + kPath, "/d/station.toml");
    return station;
}

const config::Station& with_several_paths()
{
    static const config::Station station =
        config::parse_station(kStation + "paths = [\"leo\", \"heo\"]\n" + named_path("leo") +
                                  named_path("geo") + named_path("heo"),
                              "/d/station.toml");
    return station;
}

void check(const config::Contact& contact, const config::Station& station)
{
    require(std::chrono::nanoseconds::zero() <= contact.start && contact.start < contact.end);
    require(std::ranges::count(station.contacts->paths, contact.path) == 1);
    require(!contact.station || std::ranges::count(station.peers, *contact.station) == 1);
}

// At every end of a contact, and just before it.
void check(const std::vector<config::Contact>& contacts,
           unsigned path,
           const link::PublicKey& peer)
{
    std::vector<link::Contact> told;
    for (const auto& contact : contacts)
        if (contact.path == path)
            told.push_back({contact.start, contact.end, contact.station});
    const link::Timetable timetable = link::Contacts(told).of(peer);
    for (const auto& edge : told)
        for (const link::Time now :
             {edge.start, edge.start - link::Time(1), edge.end, edge.end - link::Time(1)}) {
            const bool open = std::ranges::any_of(told, [&](const link::Contact& one) {
                return one.start <= now && now < one.end && (!one.peer || one.peer == peer);
            });
            require(timetable.open(now) == open);
            require((timetable.next_open(now) == now) == open);
            require(timetable.next_change(now) > now);
            require((timetable.open_between(now, now + link::Time(1)) > link::Time(0)) == open);
        }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size == 0)
        return 0;
    const config::Station& station = data[0] % 2 ? with_several_paths() : with_one_path();
    try {
        const auto contacts = config::parse_schedule(
            {reinterpret_cast<const char*>(data + 1), size - 1}, station);
        for (const auto& contact : contacts)
            check(contact, station);
        for (const unsigned path : station.contacts->paths)
            for (const auto& peer : station.peers)
                check(contacts, path, peer);
    } catch (const config::ConfigError& error) {
        const std::string_view what = error.what();
        require(what.starts_with("/d/contacts.json: ") && what.size() < 300);
        require(std::ranges::all_of(what, [](char c) { return c >= ' ' && c <= '~'; }));
    }
    return 0;
}
