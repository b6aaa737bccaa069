// Keys of groups that change while their stations run, by SIGHUP's own way.
#include "bridge/station_reload.h"
#include "temporary_folder.h"

#include <boost/test/unit_test.hpp>

#include <fstream>

using namespace depinsat;
using namespace depinsat::bridge;

namespace {

constexpr uint8_t kKind = 250; // no bridge takes it

/// A station that sends to a group or hears it, with its file.
struct Station {
    Station(const std::filesystem::path& folder, const std::string& name)
        : file(folder / (name + ".toml")),
          key_file(folder / (name + ".key")),
          keys(generate_key_file(key_file))
    {}

    void write(const std::string& groups) const
    {
        std::ofstream(file) << "[station]\nname = \"s\"\nrole = \"user\"\nkey_file = \""
                            << key_file.string()
                            << "\"\npeers = []\n[waveform]\nkind = \"dvbs2\"\n"
                               "symbol_rate_baud = 500000\nmodcod = \"qpsk_1-2\"\n"
                               "[radio]\nprofile = \"sim\"\n[link]\njournal = \""
                            << file.string() << ".journal\"\n"
                            << groups;
    }

    void start(const std::string& groups)
    {
        write(groups);
        station = config::read_station(file);
        std::vector<ports::KeyFileLock> held;
        StationKeys taken = take_station_keys(station, held);
        link.emplace(io, station, taken.own, store);
        link->receive_group_kind(kKind,
                                 [this](link::GroupId, const link::PublicKey&,
                                        const link::Message& m) { heard.push_back(m.bytes); });
        reload.emplace(file, station, std::move(taken), *link);
    }

    void hang_up(const std::string& groups)
    {
        write(groups);
        reload->run();
    }

    std::filesystem::path file, key_file;
    link::KeyPair keys;
    asio::io_context io;
    link::MemoryStore store;
    config::Station station;
    std::vector<std::vector<uint8_t>> heard;
    std::optional<LinkDriver> link;
    std::optional<StationReload> reload;
};

struct World {
    World()
    {
        for (const char* key : {"one", "two"})
            generate_group_key_file(file_of(key));
    }

    std::string file_of(const std::string& key) const
    {
        return (folder.path / (key + ".group")).string();
    }
    std::string sends(const std::string& key, const std::string& name = "g") const
    {
        return "[[groups]]\nname = \"" + name + "\"\nsends = true\nkey_file = \"" +
               file_of(key) + "\"\n";
    }
    std::string hears(const std::string& key,
                      const std::string& old = {},
                      const std::string& name = "g") const
    {
        return "[[groups]]\nname = \"" + name + "\"\nkey_file = \"" + file_of(key) +
               "\"\nsenders = [\"" + sender_text(sender.keys) + "\"]\n" +
               (old.empty() ? "" : "old_key_file = \"" + file_of(old) + "\"\n");
    }

    /// Whether the receiver hears what the sender now says to its group `id`.
    bool arrives(link::GroupId id = 0)
    {
        const std::vector<uint8_t> bytes(20, ++said);
        link::Message message{link::Class::kDuty, kKind, bytes};
        if (!sender.link->send_group(id, std::move(message), std::chrono::seconds(60)))
            return false;
        std::vector<uint8_t> frame(800);
        for (int i = 0; i < 4; ++i) {
            sender.link->fill(++frames, frame, {});
            sender.link->sent(frames, 0);
            receiver.link->receive(frame, 0);
        }
        return std::ranges::count(receiver.heard, bytes) == 1;
    }

    depinsat::test::TemporaryFolder folder;
    Station sender{folder.path, "sender"}, receiver{folder.path, "receiver"};
    uint64_t frames = 0;
    uint8_t said = 0;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_key_is_changed_without_a_restart_and_nothing_is_missed)
{
    World world;
    world.sender.start(world.sends("one"));
    world.receiver.start(world.hears("one"));
    BOOST_TEST(world.arrives());
    world.receiver.hang_up(world.hears("two", "one")); // members first, the old one besides
    BOOST_TEST(world.arrives());
    world.sender.hang_up(world.sends("two"));
    BOOST_TEST(world.arrives());
    world.receiver.hang_up(world.hears("two"));
    BOOST_TEST(world.arrives());
}

BOOST_AUTO_TEST_CASE(who_was_not_given_the_new_key_hears_nothing_of_it)
{
    World world;
    world.sender.start(world.sends("one"));
    world.receiver.start(world.hears("one"));
    BOOST_TEST(world.arrives());
    world.sender.hang_up(world.sends("two"));
    BOOST_TEST(!world.arrives());
    world.receiver.hang_up(world.hears("two"));
    BOOST_TEST(world.arrives());
}

BOOST_AUTO_TEST_CASE(what_is_sealed_with_a_key_that_was_dropped_is_not_taken)
{
    World world;
    world.sender.start(world.sends("one"));
    world.receiver.start(world.hears("one"));
    world.receiver.hang_up(world.hears("two"));
    BOOST_TEST(!world.arrives());
}

BOOST_AUTO_TEST_CASE(groups_come_and_go_and_keep_their_ids)
{
    World world;
    world.sender.start(world.sends("one", "g"));
    world.receiver.start(world.hears("one"));
    BOOST_TEST(world.arrives());
    world.sender.hang_up(world.sends("two", "new") + world.sends("one", "g"));
    world.receiver.hang_up(world.hears("two", {}, "new") + world.hears("one"));
    BOOST_TEST(world.arrives(0));
    BOOST_TEST(world.arrives(1));
    world.sender.hang_up(world.sends("two", "new"));
    BOOST_TEST(!world.arrives(0)); // it sends to no such group
    BOOST_TEST(world.arrives(1));
    world.receiver.hang_up(world.hears("one"));
    BOOST_TEST(!world.arrives(1));
}

BOOST_AUTO_TEST_CASE(a_file_with_a_mistake_changes_no_group)
{
    World world;
    world.sender.start(world.sends("one"));
    world.receiver.start(world.hears("one"));
    world.sender.hang_up(world.sends("missing"));
    world.receiver.hang_up(world.hears("two", "missing"));
    BOOST_TEST(world.sender.station.groups[0].key_file.string() == world.file_of("one"));
    BOOST_TEST(world.arrives());
    // Nor does it let the station's key go to another process.
    BOOST_CHECK_THROW(ports::KeyFileLock(world.sender.key_file), std::runtime_error);
}
