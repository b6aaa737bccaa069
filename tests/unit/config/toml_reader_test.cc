#include "config/toml_reader.h"

#include <boost/test/unit_test.hpp>

#include <array>
#include <functional>

using namespace depinsat::config;

namespace {

constexpr std::array<std::pair<std::string_view, int>, 2> kColours{{{"red", 1}, {"green", 2}}};

TomlSection parse(std::string_view text)
{
    return TomlSection::parse(text, "dir/a.toml", {"s", "list", "n"});
}

TomlSection section(const std::string& line)
{
    return parse("\n[s]\n" + line + "\n")
        .section("s", {"delay_ms", "ratio", "on", "name", "names", "band_hz", "colour"});
}

std::string error_of(const std::function<void()>& action)
{
    try {
        action();
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

} // namespace

BOOST_AUTO_TEST_CASE(good_values_are_read)
{
    const auto s = section("delay_ms = 250\nratio = 1\non = true\nname = 'x'\n"
                           "names = ['a', 'b']\nband_hz = [1, 2.5]\ncolour = 'green'");
    BOOST_TEST(s.integer("delay_ms", 1, 3000) == 250);
    BOOST_TEST(s.number("ratio", 0, 1) == 1.0);
    BOOST_TEST(s.boolean("on"));
    BOOST_TEST(s.text("name") == "x");
    BOOST_TEST(s.texts("names").size() == 2u);
    BOOST_TEST(s.numbers("band_hz", 2, 0, 10)[1] == 2.5);
    BOOST_TEST(s.choice("colour", kColours) == 2);
    BOOST_TEST(s.has("on"));
}

BOOST_AUTO_TEST_CASE(an_integer_may_be_written_as_a_whole_float)
{
    BOOST_TEST(section("delay_ms = 25e1").integer("delay_ms", 1, 3000) == 250);
    BOOST_CHECK_THROW(section("delay_ms = 2.5").integer("delay_ms", 1, 3000), ConfigError);
}

BOOST_AUTO_TEST_CASE(missing_values_fall_back_or_are_refused_at_their_section)
{
    const auto s = section("");
    BOOST_TEST(s.integer("delay_ms", 1, 3000, 7) == 7);
    BOOST_TEST(s.text("name", "y") == "y");
    BOOST_TEST(!s.has("on"));
    BOOST_TEST(
        error_of([&] { s.integer("delay_ms", 1, 3000); }) ==
        "dir/a.toml:2: s.delay_ms: is missing; allowed: an integer in ms from 1 to 3000");
    BOOST_TEST(error_of([] { parse("").section("s", {"on"}).boolean("on"); }) ==
               "dir/a.toml:1: s.on: is missing; allowed: true, false");
}

BOOST_AUTO_TEST_CASE(wrong_types_and_ranges_name_line_key_value_and_range)
{
    BOOST_TEST(
        error_of([] { section("on = true\ndelay_ms = '5k'").integer("delay_ms", 1, 9); }) ==
        "dir/a.toml:4: s.delay_ms: is the text \"5k\"; allowed: an integer in ms from 1 to 9");
    BOOST_TEST(error_of([] { section("delay_ms = 10").integer("delay_ms", 1, 9); }) ==
               "dir/a.toml:3: s.delay_ms: is 10; allowed: an integer in ms from 1 to 9");
    BOOST_TEST(error_of([] { section("ratio = nan").number("ratio", 0, 1); }) ==
               "dir/a.toml:3: s.ratio: is nan; allowed: a number from 0 to 1");
    BOOST_TEST(error_of([] { section("on = 1").boolean("on"); }) ==
               "dir/a.toml:3: s.on: is 1; allowed: true, false");
    BOOST_TEST(error_of([] { section("name = \"a\\nb\"").text("name"); }) ==
               "dir/a.toml:3: s.name: is the text \"a?b\"; allowed: a text that is not empty");
    BOOST_TEST(error_of([] { section("names = ['a', 1]").texts("names"); }) ==
               "dir/a.toml:3: s.names: holds what is 1; allowed: a list of texts");
    BOOST_TEST(error_of([] { section("band_hz = [1]").numbers("band_hz", 2, 0, 9); }) ==
               "dir/a.toml:3: s.band_hz: is a list; allowed: a list of 2, each a number in Hz "
               "from 0 to 9");
    BOOST_TEST(error_of([] { section("colour = 'blue'").choice("colour", kColours); }) ==
               "dir/a.toml:3: s.colour: is \"blue\"; allowed: \"red\", \"green\"");
}

BOOST_AUTO_TEST_CASE(unknown_keys_are_refused_with_the_one_that_is_meant)
{
    BOOST_TEST(
        error_of([] {
            parse("\n[s]\ndelay = 5").section("s", {"on", "delay_ms"});
        }) ==
        "dir/a.toml:3: s.delay: unknown key; do you mean delay_ms?; allowed: on, delay_ms");
    BOOST_TEST(error_of([] { parse("\nfoo = 1"); }) ==
               "dir/a.toml:2: foo: unknown key; allowed: s, list, n");
}

BOOST_AUTO_TEST_CASE(lists_of_sections_keep_their_order_and_lines)
{
    const auto all = parse("[[list]]\nid = 1\n\n[[list]]\nid = 2\n").sections("list", {"id"});
    BOOST_REQUIRE(all.size() == 2u);
    BOOST_TEST(all[1].integer("id", 0, 9) == 2);
    BOOST_TEST(error_of([&] { all[1].fail("", "no"); }) == "dir/a.toml:4: list: no");
    BOOST_TEST(parse("").sections("list", {}).empty());
    BOOST_TEST(error_of([] { parse("list = 1").sections("list", {}); }) ==
               "dir/a.toml:1: list: is 1; allowed: sections, [[list]]");
    BOOST_TEST(error_of([] { parse("s = 1").section("s", {}); }) ==
               "dir/a.toml:1: s: is 1; allowed: a section, [s]");
}

BOOST_AUTO_TEST_CASE(what_is_not_toml_is_refused_with_its_line)
{
    BOOST_TEST(error_of([] { parse("\n\n[s\n"); }).starts_with("dir/a.toml:3: not TOML: "));
    BOOST_TEST(
        error_of([] { parse("s = 1\ns = 2\n"); }).starts_with("dir/a.toml:2: not TOML: "));
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_named)
{
    BOOST_TEST(error_of([] { TomlSection::parse_file("/no/such.toml", {}); }) ==
               "/no/such.toml: cannot be read: No such file or directory");
    BOOST_TEST(
        error_of([] { TomlSection::parse_file("/", {}); }).starts_with("/: cannot be read"));
}

BOOST_AUTO_TEST_CASE(relative_paths_count_from_the_folder_of_the_file)
{
    const auto root = TomlSection::parse("n = '../k.key'", "/etc/d/a.toml", {"n"});
    BOOST_TEST(root.path("n").string() == "/etc/k.key");
}
