// [contacts] of station.toml, and the schedule that it names.
#include "station_texts.h"
#include "temporary_folder.h"

#include "config/contacts.h"

#include <boost/test/data/test_case.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>

using namespace depinsat;
using namespace depinsat::config;
using namespace std::chrono_literals;

namespace {

const std::string kContacts = "[contacts]\nschedule = \"contacts.json\"\n";

std::string path(const std::string& name)
{
    return "[[path]]\nname = \"" + name +
           "\"\n[path.waveform]\nkind = \"dvbs2\"\nsymbol_rate_baud = 500000\nmodcod = "
           "\"qpsk_1-2\"\n[path.radio]\nprofile = \"sim\"\n";
}

const std::string kHead = R"([station]
name = "user"
role = "user"
key_file = "keys/user.key"
peers = ["AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="]
)";
const std::string kBoth = kHead + path("leo") + path("geo");

std::string schedule_error(const std::string& entry)
{
    const Station station = parse(kBoth + kContacts + "paths = [\"leo\"]\n");
    try {
        parse_schedule("{\"contacts\": [" + entry + "]}", station);
    } catch (const ConfigError& error) {
        const std::string what = error.what();
        BOOST_TEST(what.starts_with("/etc/d/contacts.json: contacts[0]"));
        return what;
    }
    return "no error";
}

const std::string kStart = R"("start": "2026-11-30T12:00:00Z")",
                  kEnd = R"("end": "2026-11-30T12:08:00Z")";

struct Bad {
    const char* entry;
    const char* expected;
    friend std::ostream& operator<<(std::ostream& out, const Bad& b) { return out << b.entry; }
};

const Bad kBad[] = {
    {"3", "is no object"},
    {R"({"start": "2026-11-30T12:00:00Z", "end": "2026-11-30T12:08:00Z"})",
     ".path: is missing; allowed: \"leo\""},
    {R"({"path": "geo", "start": "2026-11-30T12:00:00Z", "end": "2026-11-30T12:08:00Z"})",
     ".path: is \"geo\"; allowed: \"leo\""},
    {R"({"path": 1, "start": "2026-11-30T12:00:00Z", "end": "2026-11-30T12:08:00Z"})",
     ".path: is 1; allowed: \"leo\""},
    {R"({"path": "leo", "end": "2026-11-30T12:08:00Z"})", ".start: is missing; allowed: UTC"},
    {R"({"path": "leo", "start": 5, "end": "2026-11-30T12:08:00Z"})", ".start: is 5"},
    {R"({"path": "leo", "start": "2026-11-30 12:00:00Z", "end": "2026-11-30T12:08:00Z"})",
     ".start: is \"2026-11-30 12:00:00Z\"; allowed: UTC"},
    {R"({"path": "leo", "start": "1969-12-31T23:59:59Z", "end": "2026-11-30T12:08:00Z"})",
     ".start: is \"1969-12-31T23:59:59Z\"; allowed: UTC as 2026-11-30T12:00:00Z, from 1970"},
    {R"({"path": "leo", "start": "2026-11-30T12:00:00Z", "end": "9999-11-30T12:08:00Z"})",
     ".end: is \"9999-11-30T12:08:00Z\""},
    {R"({"path": "leo", "start": {"year": 2026}, "end": "2026-11-30T12:08:00Z"})",
     ".start: is object; allowed: UTC"},
    {R"({"path": "leo", "start": "2026-11-31T12:00:00Z", "end": "2026-12-30T12:08:00Z"})",
     ".start: is \"2026-11-31T12:00:00Z\""},
    {R"({"path": "leo", "start": "2026-11-30T24:00:00Z", "end": "2026-12-30T12:08:00Z"})",
     ".start: is"},
    {R"({"path": "leo", "start": "2026-11-30T12:00:00+01:00", "end": "2026-12-30T12:08:00Z"})",
     ".start: is"},
    {R"({"path": "leo", "start": "2026-11-30T12:08:00Z", "end": "2026-11-30T12:08:00Z"})",
     ".end: is not after start"},
    {R"({"path": "leo", "start": "2026-11-30T12:00:00Z", "end": "2026-11-30T12:08:00Z",
        "station": "gateway"})",
     ".station: is \"gateway\"; allowed: one of station.peers"},
};

} // namespace

BOOST_AUTO_TEST_CASE(all_paths_keep_to_the_schedule_or_those_that_are_named)
{
    BOOST_TEST(!parse(kBoth).contacts.has_value());
    BOOST_TEST((parse(kBoth + kContacts).contacts->paths == std::vector{0u, 1u}));
    const Station one = parse(kBoth + kContacts + "paths = [\"geo\"]\n");
    BOOST_TEST((one.contacts->paths == std::vector{1u}));
    BOOST_TEST(one.contacts->schedule.string() == "/etc/d/contacts.json");
    BOOST_TEST(to_json(one)["contacts"]["paths"].dump() == R"(["geo"])");
    BOOST_TEST(!to_json(parse(kBoth)).contains("contacts"));
}

BOOST_AUTO_TEST_CASE(bad_sections_are_refused)
{
    const auto refused = [](const std::string& text, const std::string& expected) {
        BOOST_TEST(error_of(text).find(expected) != std::string::npos, error_of(text));
    };
    refused(kBoth + "[contacts]\n", "contacts.schedule: is missing");
    refused(kBoth + kContacts + "paths = []\n", "contacts.paths: is empty");
    refused(kBoth + kContacts + "paths = [\"heo\"]\n",
            "contacts.paths: holds \"heo\", which is no [[path]]; allowed: \"leo\", \"geo\"");
    refused(kBoth + kContacts + "paths = [\"leo\", \"leo\"]\n",
            "contacts.paths: holds \"leo\" twice");
    refused(kUser + kContacts + "paths = [\"leo\"]\n",
            "contacts.paths: is of no use without [[path]]");
    refused(kBoth + kContacts + "schedules = 1\n", "contacts.schedules: unknown key");
}

BOOST_AUTO_TEST_CASE(a_schedule_is_read)
{
    const Station station = parse(kBoth + kContacts);
    const auto contacts =
        parse_schedule("{\"contacts\": [{\"path\": \"geo\", " + kStart + ", " + kEnd +
                           ", \"note\": \"x\"}, " + "{\"path\": \"leo\", \"station\": \"" +
                           kKey + "\", " + kStart + ", " + kEnd + "}]}",
                       station);
    BOOST_REQUIRE(contacts.size() == 2u);
    BOOST_TEST(contacts[0].path == 1u);
    BOOST_TEST((contacts[0].start == 1796040000s)); // date -u -d 2026-11-30T12:00:00Z +%s
    BOOST_TEST((contacts[0].end - contacts[0].start == 8min));
    BOOST_TEST(!contacts[0].station.has_value());
    BOOST_TEST((contacts[1].station == station.peers[0]));
    BOOST_TEST(parse_schedule(R"({"contacts": []})", station).empty());
}

BOOST_AUTO_TEST_CASE(without_paths_their_names_say_nothing)
{
    const auto contacts =
        parse_schedule("{\"contacts\": [{\"path\": \"SAT 1\", " + kStart + ", " + kEnd +
                           "}, {" + kStart + ", " + kEnd + "}]}",
                       parse(kUser + kContacts));
    BOOST_REQUIRE(contacts.size() == 2u);
    BOOST_TEST(contacts[0].path == 0u);
}

BOOST_DATA_TEST_CASE(bad_contacts_are_refused, kBad, bad)
{
    BOOST_TEST(schedule_error(bad.entry).find(bad.expected) != std::string::npos,
               schedule_error(bad.entry));
}

BOOST_AUTO_TEST_CASE(what_is_said_of_a_bad_contact_is_short_ascii)
{
    std::string long_text = "\"";
    for (int i = 0; i < 100; ++i)
        long_text += "\u00e4";
    for (const std::string& value :
         {long_text + '"', std::string(1'000'000, '[') + std::string(1'000'000, ']')}) {
        const std::string what = schedule_error(R"({"path": "leo", "start": )" + value + '}');
        BOOST_TEST(what.size() < 200u);
        BOOST_TEST(std::ranges::all_of(what, [](char c) { return c >= ' ' && c <= '~'; }));
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_schedule_is_refused)
{
    const Station station = parse(kUser + kContacts);
    for (const char* text : {"", "{", "[]", "3", "{}", R"({"contacts": {}})"})
        BOOST_CHECK_THROW(parse_schedule(text, station), ConfigError);
    BOOST_CHECK_THROW(read_schedule(station), ConfigError); // there is no such file
    std::string many = R"({"contacts": [)";
    for (int i = 0; i < 100'001; ++i)
        many += i ? ",1" : "1";
    BOOST_CHECK_THROW(parse_schedule(many + "]}", station), ConfigError);
}

BOOST_AUTO_TEST_CASE(the_file_is_read)
{
    const test::TemporaryFolder folder;
    std::ofstream(folder.path / "contacts.json")
        << R"({"contacts": [{)" << kStart << ", " << kEnd << "}]}";
    const Station station = parse_station(kUser + kContacts, folder.path / "station.toml");
    BOOST_TEST(read_schedule(station).size() == 1u);
}
