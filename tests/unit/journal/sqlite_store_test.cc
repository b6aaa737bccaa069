#include "journal/sqlite_store.h"

#include "temporary_folder.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <sqlite3.h>

namespace {

using depinsat::journal::SqliteStore;
using depinsat::link::Record;
using Bytes = SqliteStore::Bytes;

struct Folder : depinsat::test::TemporaryFolder {
    std::filesystem::path file = path / "station.journal";

    std::string refusal() const
    {
        try {
            SqliteStore store(file);
            return {};
        } catch (const std::runtime_error& error) {
            return error.what();
        }
    }

    /// What another program does to the file.
    void execute(const char* sql) const
    {
        sqlite3* database = nullptr;
        BOOST_REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
        BOOST_REQUIRE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
        sqlite3_close(database);
    }
};

std::vector<Bytes> keys_of(const SqliteStore& store, Record record, const Bytes& prefix = {})
{
    std::vector<Bytes> keys;
    store.for_each(record, prefix,
                   [&](auto key, auto) { keys.emplace_back(key.begin(), key.end()); });
    return keys;
}

} // namespace

BOOST_FIXTURE_TEST_CASE(what_was_committed_is_there_again_and_nothing_else, Folder)
{
    {
        SqliteStore store(file);
        store.put(Record::kOutgoing, Bytes{1}, Bytes{2, 3});
        store.put(Record::kOutgoing, Bytes{1}, Bytes{4});
        store.put(Record::kOutgoing, Bytes{5}, Bytes{});
        store.put(Record::kIncoming, Bytes{}, Bytes(100000, 7));
        store.erase(Record::kOutgoing, Bytes{9});
        store.commit();
        store.erase(Record::kOutgoing, Bytes{5});
        BOOST_TEST(!store.get(Record::kOutgoing, Bytes{5}));
        store.put(Record::kOutgoing, Bytes{6}, Bytes{6});
        BOOST_TEST((store.get(Record::kOutgoing, Bytes{6}) == Bytes{6}));
    }
    const SqliteStore store(file);
    BOOST_TEST((store.get(Record::kOutgoing, Bytes{1}) == Bytes{4}));
    BOOST_TEST((store.get(Record::kOutgoing, Bytes{5}) == Bytes{}));
    BOOST_TEST(!store.get(Record::kOutgoing, Bytes{6}));
    BOOST_TEST((store.get(Record::kIncoming, Bytes{}) == Bytes(100000, 7)));
}

BOOST_FIXTURE_TEST_CASE(records_are_visited_by_key_and_each_sort_alone, Folder)
{
    SqliteStore store(file);
    for (const Bytes& key : {Bytes{2}, Bytes{1, 0}, Bytes{}, Bytes{1}, Bytes{255, 255}})
        store.put(Record::kIncoming, key, Bytes{1});
    store.put(Record::kKnownKey, Bytes{1}, Bytes{1});
    BOOST_TEST((keys_of(store, Record::kIncoming) ==
                std::vector<Bytes>{{}, {1}, {1, 0}, {2}, {255, 255}}));
    BOOST_TEST((keys_of(store, Record::kIncoming, {1}) == std::vector<Bytes>{{1}, {1, 0}}));
    BOOST_TEST((keys_of(store, Record::kIncoming, {255}) == std::vector<Bytes>{{255, 255}}));
    BOOST_TEST(keys_of(store, Record::kOutgoing).empty());
}

BOOST_FIXTURE_TEST_CASE(it_is_this_users_alone, Folder)
{
    {
        const SqliteStore store(file);
        for (const auto& entry : std::filesystem::directory_iterator(path))
            BOOST_TEST((int(entry.status().permissions()) & 077) == 0);
    }
    std::filesystem::permissions(file, std::filesystem::perms(0640));
    BOOST_TEST(refusal() ==
               file.string() + " is not a file of this user alone; allowed: mode 0600");
}

BOOST_FIXTURE_TEST_CASE(two_do_not_share_it, Folder)
{
    const SqliteStore store(file);
    BOOST_TEST(refusal() == file.string() + " is in use by another process");
}

BOOST_FIXTURE_TEST_CASE(a_newer_one_is_refused_and_left_alone, Folder)
{
    SqliteStore(file).commit();
    execute("PRAGMA user_version = 2");
    BOOST_TEST(refusal() == file.string() +
                                " was written by a newer depinsat (version 2 of the "
                                "journal; allowed: 1)");
    execute("PRAGMA user_version = 1");
    BOOST_TEST(refusal().empty());
}

BOOST_FIXTURE_TEST_CASE(another_database_is_refused, Folder)
{
    execute("CREATE TABLE other (a)");
    std::filesystem::permissions(file, std::filesystem::perms(0600));
    BOOST_TEST(refusal() == file.string() + " is no journal of depinsat");
}

BOOST_FIXTURE_TEST_CASE(what_is_no_database_is_refused_and_left_alone, Folder)
{
    file = write(std::string(5000, 'x'));
    BOOST_TEST(refusal() == file.string() + " fails: file is not a database");
    BOOST_TEST(std::filesystem::file_size(file) == 5000u);
    file = path;
    BOOST_TEST(refusal().starts_with("cannot open " + path.string()));
}

BOOST_DATA_TEST_CASE_F(Folder,
                       a_damaged_one_is_refused,
                       boost::unit_test::data::make({1, 3, 10}),
                       page)
{
    {
        SqliteStore store(file);
        for (uint8_t i = 0; i < 200; ++i)
            store.put(Record::kOutgoing, Bytes(40, i), Bytes(500, i));
        store.commit();
    }
    std::fstream raw(file, std::ios::in | std::ios::out | std::ios::binary);
    raw.seekp(4096 * page);
    raw.write(std::string(4096, '\x5A').data(), 4096);
    raw.close();
    BOOST_TEST(refusal().starts_with(file.string() + " is damaged ("));
}

BOOST_FIXTURE_TEST_CASE(a_file_that_cannot_be_written_is_a_failure_that_is_told, Folder)
{
    file = path / "absent" / "station.journal";
    BOOST_TEST(refusal().starts_with("cannot make " + file.string()));
}
