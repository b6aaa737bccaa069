#include "config/contacts.h"

#include "config/station.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <set>

namespace depinsat::config {
namespace {

using nlohmann::json;

constexpr size_t kMaxBytes = 16u << 20;
constexpr size_t kMaxContacts = 100'000;

// What nanoseconds since 1970 can tell, with room for any difference of clocks.
constexpr int kFirstYear = 1970, kLastYear = 2199;
constexpr const char* kTime = "UTC as 2026-11-30T12:00:00Z, from 1970 to 2199";

/// What is wrong with one contact.
struct Fault {
    std::string key, what, allowed;
};

/// How a value is told: short, and in ASCII, so that it may be cut. One that holds others may
/// hold them so deep that it cannot be written out.
std::string shown(const json& value)
{
    return value.is_structured() ? value.type_name() : value.dump(-1, ' ', true).substr(0, 60);
}

/// Digits of text[at .. at + count).
std::optional<int> digits(std::string_view text, size_t at, size_t count)
{
    int value = 0;
    for (const char c : text.substr(at, count)) {
        if (c < '0' || c > '9')
            return {};
        value = 10 * value + (c - '0');
    }
    return value;
}

std::optional<std::chrono::nanoseconds> parse_time(std::string_view text)
{
    using namespace std::chrono;
    constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:ddZ";
    if (text.size() != kForm.size())
        return {};
    for (size_t i = 0; i < kForm.size(); ++i)
        if (kForm[i] != 'd' && text[i] != kForm[i])
            return {};
    const auto y = digits(text, 0, 4), mon = digits(text, 5, 2), d = digits(text, 8, 2);
    const auto h = digits(text, 11, 2), min = digits(text, 14, 2), s = digits(text, 17, 2);
    if (!y || !mon || !d || !h || !min || !s || *h > 23 || *min > 59 || *s > 60)
        return {};
    if (*y < kFirstYear || *y > kLastYear)
        return {};
    const auto date = year(*y) / month(unsigned(*mon)) / day(unsigned(*d));
    if (!date.ok())
        return {};
    return sys_days(date).time_since_epoch() + hours(*h) + minutes(*min) + seconds(*s);
}

std::chrono::nanoseconds read_time(const json& entry, const char* key)
{
    const auto found = entry.find(key);
    if (found == entry.end())
        throw Fault{key, "is missing", kTime};
    const auto time =
        found->is_string() ? parse_time(found->get_ref<const std::string&>()) : std::nullopt;
    if (!time)
        throw Fault{key, "is " + shown(*found), kTime};
    return *time;
}

/// A station without [[path]] has one that may have any name there.
unsigned read_path(const json& entry, const Station& station)
{
    if (station.paths.front().name.empty())
        return 0;
    std::string names;
    for (unsigned path : station.contacts->paths) {
        const std::string& name = station.paths[path].name;
        if (entry.contains("path") && entry["path"] == name)
            return path;
        names += (names.empty() ? "" : ", ") + ('"' + name + '"');
    }
    throw Fault{"path", entry.contains("path") ? "is " + shown(entry["path"]) : "is missing",
                names};
}

std::optional<PublicKey> read_station_key(const json& entry, const std::set<PublicKey>& peers)
{
    const auto found = entry.find("station");
    if (found == entry.end())
        return {};
    const auto key =
        found->is_string() ? from_base64(found->get_ref<const std::string&>()) : std::nullopt;
    if (!key || !peers.contains(*key))
        throw Fault{"station", "is " + shown(*found), "one of station.peers"};
    return key;
}

Contact
read_contact(const json& entry, const Station& station, const std::set<PublicKey>& peers)
{
    if (!entry.is_object())
        throw Fault{"", "is no object", "{\"path\", \"start\", \"end\"}"};
    Contact contact{read_path(entry, station), read_time(entry, "start"),
                    read_time(entry, "end"), read_station_key(entry, peers)};
    if (contact.end <= contact.start)
        throw Fault{"end", "is not after start", {}};
    return contact;
}

} // namespace

std::vector<Contact> parse_schedule(std::string_view text, const Station& station)
{
    const std::string file = station.contacts->schedule.string();
    const auto fail = [&](const std::string& what, const std::string& allowed) {
        throw ConfigError(file + ": " + what +
                          (allowed.empty() ? "" : "; allowed: " + allowed));
    };
    const json root = json::parse(text, nullptr, false);
    if (root.is_discarded())
        fail("is no JSON", {});
    if (!root.is_object() || !root.contains("contacts") || !root["contacts"].is_array())
        fail("has no list of contacts", "{\"contacts\": [...]}");
    const json& entries = root["contacts"];
    if (entries.size() > kMaxContacts)
        fail("contacts: there are " + std::to_string(entries.size()),
             "at most " + std::to_string(kMaxContacts));
    const std::set<PublicKey> peers(station.peers.begin(), station.peers.end());
    std::vector<Contact> contacts;
    for (size_t i = 0; i < entries.size(); ++i) {
        try {
            contacts.push_back(read_contact(entries[i], station, peers));
        } catch (const Fault& fault) {
            fail("contacts[" + std::to_string(i) + ']' +
                     (fault.key.empty() ? "" : '.' + fault.key) + ": " + fault.what,
                 fault.allowed);
        }
    }
    return contacts;
}

std::vector<Contact> read_schedule(const Station& station)
{
    const auto& file = station.contacts->schedule;
    std::ifstream in(file, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(in), {});
    if (!in.is_open() || in.bad())
        throw ConfigError(file.string() +
                          ": cannot be read; `depinsat passes --write` makes it");
    if (text.size() > kMaxBytes)
        throw ConfigError(file.string() + ": is too long; allowed: 16 MiB");
    return parse_schedule(text, station);
}

} // namespace depinsat::config
