// A group's key on its way from one key file to another.
#include "bridge/group_handover.h"
#include "bridge/key_file.h"
#include "config/addresses.h"
#include "temporary_folder.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::bridge;

namespace {

struct Files {
    depinsat::test::TemporaryFolder folder;
    std::filesystem::path sender_file = folder.path / "sender.key";
    std::filesystem::path member_file = folder.path / "member.key";
    std::filesystem::path group_file = folder.path / "heads.group";
    std::filesystem::path new_file = folder.path / "new.group";
    std::string sender = config::to_base64(generate_key_file(sender_file).public_key);
    std::string member = config::to_base64(generate_key_file(member_file).public_key);

    Files() { generate_group_key_file(group_file); }

    std::string wrapped() const { return wrap_group_key_file(group_file, sender_file, member); }
    std::string refusal(const std::string& station, const std::string& text) const
    {
        try {
            unwrap_group_key_file(new_file, member_file, station, text);
            return "none";
        } catch (const std::runtime_error& error) {
            BOOST_TEST(!std::filesystem::exists(new_file));
            return error.what();
        }
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(the_members_file_holds_the_groups_key)
{
    const Files files;
    BOOST_TEST(files.wrapped().size() == 112u);
    BOOST_TEST(files.wrapped() != files.wrapped());
    const std::string when =
        unwrap_group_key_file(files.new_file, files.member_file, files.sender, files.wrapped());
    BOOST_TEST(when.starts_with("20"));
    BOOST_TEST(when.ends_with(" UTC"));
    BOOST_TEST((load_group_key_file(files.new_file) == load_group_key_file(files.group_file)));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_there_is_not_overwritten)
{
    const Files files;
    generate_group_key_file(files.new_file);
    const link::Key before = load_group_key_file(files.new_file);
    BOOST_CHECK_THROW(
        unwrap_group_key_file(files.new_file, files.member_file, files.sender, files.wrapped()),
        std::runtime_error);
    BOOST_TEST((load_group_key_file(files.new_file) == before));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused_with_its_option)
{
    const Files files;
    BOOST_TEST(files.refusal("x", files.wrapped()).starts_with("--station: is no public key"));
    BOOST_TEST(files.refusal(files.member, files.wrapped())
                   .starts_with("--wrapped: is not what the station of --station"));
    for (const std::string& text : {std::string(), std::string("x"), files.wrapped() + "AAAA",
                                    files.wrapped().substr(4), std::string(100'000, 'A')})
        BOOST_TEST(files.refusal(files.sender, text)
                       .starts_with("--wrapped: is no wrapped key; allowed: the 112"));
    const std::string zeros = config::to_base64(config::PublicKey{});
    BOOST_CHECK_THROW(wrap_group_key_file(files.group_file, files.sender_file, zeros),
                      std::runtime_error);
}
