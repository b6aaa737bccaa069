// Groups of station.toml with the keys of their files.
#include "bridge/groups.h"
#include "bridge/key_file.h"
#include "config/addresses.h"
#include "temporary_folder.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::bridge;

namespace {

const link::KeyPair kOwn = link::key_pair_of(std::array<uint8_t, 32>{0, 1});
const link::KeyPair kOther = link::key_pair_of(std::array<uint8_t, 32>{0, 2});

struct Files {
    depinsat::test::TemporaryFolder folder;
    config::Station station;

    config::Group& add(const std::string& name)
    {
        const auto file = folder.path / (name + ".group");
        generate_group_key_file(file);
        config::Group group;
        group.name = name;
        group.key_file = file;
        group.senders = {{kOther.public_key, link::verify_key_of(kOther)}};
        return station.groups.emplace_back(group);
    }
    std::string refusal() const
    {
        try {
            load_groups(station, kOwn);
            return "none";
        } catch (const std::runtime_error& error) {
            return error.what();
        }
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(groups_are_loaded_with_their_keys)
{
    Files files;
    files.add("first").sends = true;
    files.add("second").old_key_file = files.folder.path / "old.group";
    generate_group_key_file(files.folder.path / "old.group");
    const auto groups = load_groups(files.station, kOwn);
    BOOST_REQUIRE(groups.size() == 2u);
    BOOST_TEST(groups[0].sends);
    BOOST_TEST(groups[1].id == 1);
    BOOST_TEST(groups[1].keys.size() == 2u);
    BOOST_TEST((groups[0].senders[0].verify_key == link::verify_key_of(kOther)));
    BOOST_TEST(groups[0].least_run > 1'700'000'000u);
}

BOOST_AUTO_TEST_CASE(groups_that_cannot_be_are_refused_with_their_key)
{
    Files own;
    own.add("g").senders = {{kOwn.public_key, link::verify_key_of(kOwn)}};
    BOOST_TEST(own.refusal().starts_with("groups.senders of g: holds this station's own key"));
    Files missing;
    missing.add("g").key_file = "/none";
    BOOST_TEST(missing.refusal().starts_with("groups.key_file of g: key file /none"));
    Files twice;
    const auto file = twice.add("g").key_file;
    twice.add("h").key_file = file;
    BOOST_TEST(twice.refusal().starts_with("groups.key_file of h: holds the key of another"));
    Files old;
    auto& group = old.add("g");
    group.old_key_file = old.folder.path / "copy";
    std::filesystem::copy_file(group.key_file, *group.old_key_file);
    BOOST_TEST(
        old.refusal().starts_with("groups.old_key_file of g: holds the key of key_file"));
}

BOOST_AUTO_TEST_CASE(a_senders_keys_are_printed_as_they_are_listed)
{
    const std::string text = sender_text(kOther);
    BOOST_TEST(text == config::to_base64(kOther.public_key) + ' ' +
                           config::to_base64(link::verify_key_of(kOther)));
}
