// The disk that loses what was not synced, the watch over nonces, and crashes with both.
#include "depinsat/link/noise.h"
#include "journal/sqlite_store.h"
#include "linksim/report.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <sqlite3.h>

using namespace depinsat;
using namespace depinsat::linksim;
using namespace std::chrono_literals;
using link::Record;
using Bytes = link::Store::Bytes;

namespace {

Bytes bytes_of(uint32_t number, size_t size)
{
    Bytes bytes(size);
    for (size_t i = 0; i < size; ++i)
        bytes[i] = uint8_t(number >> 8 * (i % 4));
    return bytes;
}

/// Rows that SQLite says are there, after `write` and a crash.
int rows_after_crash(const char* synchronous, uint64_t seed)
{
    CrashDisk disk;
    std::mt19937_64 random(seed);
    const auto open = [&] {
        sqlite3* database = nullptr;
        BOOST_REQUIRE(sqlite3_open_v2("d", &database,
                                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                                      disk.vfs()) == SQLITE_OK);
        return database;
    };
    sqlite3* database = open();
    const std::string sql = std::string("PRAGMA journal_mode = WAL; PRAGMA synchronous = ") +
                            synchronous +
                            "; CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(3000));";
    BOOST_REQUIRE(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    disk.power_off();
    sqlite3_close(database);
    disk.crash(random);
    database = open();
    int rows = 0;
    const auto count = [](void* rows, int, char**, char**) {
        ++*static_cast<int*>(rows);
        return 0;
    };
    sqlite3_exec(database, "SELECT a FROM t", count, &rows, nullptr);
    sqlite3_close(database);
    return rows;
}

Report run(const char* name, size_t crashes, uint64_t seed)
{
    Scenario s = find_scenario(name);
    s.crashes = crashes;
    s.duration = 1500s;
    s.rest = 600s;
    std::erase_if(s.figures, [](const Figure& f) { return f.quantity == Quantity::kCrashes; });
    Simulation simulation(s, seed);
    simulation.run(Time::max());
    BOOST_TEST(simulation.crashes() > crashes / 2);
    return report(simulation, seed, 1);
}

} // namespace

BOOST_AUTO_TEST_CASE(what_was_not_synced_may_be_lost_and_what_was_synced_is_not)
{
    int lost = 0;
    for (uint64_t seed = 0; seed < 40; ++seed) {
        BOOST_TEST(rows_after_crash("FULL", seed) == 1);
        lost += rows_after_crash("OFF", seed) == 0;
    }
    BOOST_TEST(lost > 10);
    BOOST_TEST(lost < 40);
}

// Crashes in the middle of anything that the store writes.
BOOST_DATA_TEST_CASE(what_the_store_has_committed_outlives_a_crash,
                     boost::unit_test::data::xrange(40),
                     seed)
{
    CrashDisk disk;
    std::mt19937_64 random{uint64_t(seed)};
    std::map<uint32_t, uint32_t> committed, wanted; // as far as it is known
    uint32_t next = 0;
    for (int life = 0; life < 10; ++life) {
        auto owner = std::make_unique<journal::SqliteStore>("journal", disk.vfs());
        journal::SqliteStore& store = *owner;
        std::map<uint32_t, uint32_t> there;
        store.for_each(Record::kOutgoing, [&](auto key, auto value) {
            uint32_t number = 0;
            std::memcpy(&number, value.data(), 4);
            BOOST_TEST((Bytes(value.begin(), value.end()) == bytes_of(number, value.size())));
            there[key[0]] = number;
        });
        BOOST_TEST_REQUIRE((there == committed || there == wanted)); // all or nothing
        committed = wanted = there;
        disk.fail_after(1 + unsigned(random() % 60));
        try {
            for (;;) {
                const auto key = uint8_t(random() % 100);
                if (random() % 4 == 0) {
                    wanted.erase(key);
                    store.erase(Record::kOutgoing, Bytes{key});
                } else {
                    wanted[key] = ++next;
                    store.put(Record::kOutgoing, Bytes{key},
                              bytes_of(next, 4 + random() % 8000));
                }
                if (random() % 3)
                    continue;
                store.commit();
                committed = wanted;
            }
        } catch (const std::runtime_error&) {
            BOOST_TEST(disk.failed());
        }
        disk.power_off();
        owner.reset();
        disk.crash(random);
    }
}

BOOST_AUTO_TEST_CASE(a_nonce_that_comes_twice_is_seen)
{
    const NonceWatch watch;
    link::Key key, other;
    key.fill(1);
    other.fill(2);
    Bytes sealed(10 + 16);
    link::seal(key, 5, {}, Bytes(10), sealed);
    link::seal(key, 6, {}, Bytes(10), sealed);
    link::seal(other, 5, {}, Bytes(10), sealed);
    BOOST_TEST(watch.repeated() == 0u);
    link::seal(key, 5, {}, Bytes(10, 1), sealed);
    BOOST_TEST(watch.sealed() == 4u);
    BOOST_TEST(watch.repeated() == 1u);
}

BOOST_DATA_TEST_CASE(sixty_crashes_lose_and_double_nothing,
                     boost::unit_test::data::xrange(3),
                     seed)
{
    const Report result = run("crashes", 60, uint64_t(seed));
    BOOST_TEST(result.nothing_wrong, result.json.dump());
    BOOST_TEST(result.figures_met, result.json.dump());
}

BOOST_DATA_TEST_CASE(no_nonce_repeats_when_an_old_journal_is_restored,
                     boost::unit_test::data::xrange(3),
                     seed)
{
    const Report result = run("crashes-restored", 60, uint64_t(seed));
    BOOST_TEST(result.nothing_wrong, result.json.dump());
    BOOST_TEST(result.json["nonces"]["repeated"] == 0);
    BOOST_TEST(result.json["violations"]["damaged"] == 0);
}
