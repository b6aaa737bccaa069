// [[groups]] of station.toml.
#include "unit/config/station_texts.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace depinsat::config;

namespace {

const std::string kGroup = "[[groups]]\nname = \"heads\"\nkey_file = \"heads.group\"\n";
const std::string kSender = kKey + " " + kOtherKey;

std::string with(const std::string& lines)
{
    return kUser + kGroup + lines;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_group_is_read_with_its_defaults)
{
    const Station station = parse(with("senders = [\"" + kSender + "\"]\n"));
    BOOST_REQUIRE(station.groups.size() == 1u);
    const Group& group = station.groups[0];
    BOOST_TEST(group.name == "heads");
    BOOST_TEST(group.key_file.string() == "/etc/d/heads.group");
    BOOST_TEST(!group.old_key_file.has_value());
    BOOST_TEST(!group.sends);
    BOOST_TEST(group.loss == 0.1);
    BOOST_REQUIRE(group.senders.size() == 1u);
    BOOST_TEST((group.senders[0].station == *from_base64(kKey)));
    BOOST_TEST((group.senders[0].verify_key == *from_base64(kOtherKey)));
    BOOST_TEST(to_json(station)["groups"][0]["senders"][0] == kSender);
}

BOOST_AUTO_TEST_CASE(a_sender_needs_no_senders)
{
    const Station station =
        parse(with("sends = true\nloss_percent = 25\nold_key_file = \"/old\"\n"));
    BOOST_TEST(station.groups[0].sends);
    BOOST_TEST(station.groups[0].loss == 0.25);
    BOOST_TEST(station.groups[0].old_key_file->string() == "/old");
}

BOOST_AUTO_TEST_CASE(a_receiver_of_groups_needs_no_peers)
{
    const std::string peers = "peers = [\"" + kKey + "\"]\n";
    const std::string bridge = "[[bridge.ethereum]]\nlisten = \"127.0.0.1:9545\"\n";
    const std::string alone = replaced(replaced(kUser, peers, "peers = []\n"), bridge, "");
    BOOST_TEST(parse(alone + kGroup + "senders = [\"" + kSender + "\"]\n").peers.empty());
    BOOST_CHECK_THROW(parse(alone), ConfigError);
}

BOOST_AUTO_TEST_CASE(a_group_that_cannot_be_is_refused_with_its_key)
{
    const auto refused = [](const std::string& text, const std::string& what) {
        try {
            parse(text);
            BOOST_ERROR("taken: " + text);
        } catch (const ConfigError& error) {
            BOOST_TEST(std::string(error.what()).find(what) != std::string::npos, error.what());
        }
    };
    refused(with(""), "groups.senders: is empty");
    refused(with("senders = [\"" + kKey + "\"]\n"), "groups.senders: holds");
    refused(with("senders = [\"" + kSender + "\", \"" + kSender + "\"]\n"), "twice");
    refused(with("sends = true\nloss_percent = 51\n"), "groups.loss_percent");
    refused(with("sends = true\nold_key_file = \"heads.group\"\n"), "groups.old_key_file");
    refused(with("sends = true\nmembers = []\n"), "groups.members: unknown key");
    refused(with("sends = true\n") + kGroup + "sends = true\n", "groups.name: is used twice");
    refused(kUser + "[[groups]]\nname = \"a\"\nsends = true\n", "groups.key_file");
}
