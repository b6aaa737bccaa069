#include "bridge/key_file.h"

#include "config/addresses.h"
#include "temporary_folder.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::bridge;
using depinsat::test::TemporaryFolder;

namespace {

std::string error_of(const std::filesystem::path& file)
{
    try {
        load_key_file(file);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "no error";
}

} // namespace

BOOST_AUTO_TEST_CASE(a_made_key_is_loaded_again_and_never_overwritten)
{
    const TemporaryFolder folder;
    const auto file = folder.path / "user.key";
    const link::KeyPair made = generate_key_file(file);
    const link::KeyPair loaded = load_key_file(file);
    BOOST_TEST((loaded.public_key == made.public_key));
    BOOST_TEST((loaded.secret_key == made.secret_key));
    struct stat status {
    };
    BOOST_TEST(stat(file.c_str(), &status) == 0);
    BOOST_TEST((status.st_mode & 0777) == 0600u);
    BOOST_CHECK_THROW(generate_key_file(file), std::runtime_error);
    BOOST_TEST((load_key_file(file).secret_key == made.secret_key));
}

BOOST_AUTO_TEST_CASE(a_key_file_is_one_process_s_at_a_time)
{
    const TemporaryFolder folder;
    const auto file = folder.path / "user.key", other = folder.path / "other.key";
    generate_key_file(file);
    generate_key_file(other);
    std::optional<ports::KeyFileLock> lock(file);
    const auto error = [&] {
        try {
            ports::KeyFileLock second(file);
        } catch (const std::runtime_error& refused) {
            return std::string(refused.what());
        }
        return std::string();
    };
    BOOST_TEST(error().find("user.key: in use by another depinsatd") != std::string::npos);
    BOOST_TEST(lock->is_of(file));
    BOOST_TEST(!lock->is_of(other));
    load_key_file(file); // to look at it is no use of it
    lock.reset();
    BOOST_TEST(error().empty());
}

BOOST_AUTO_TEST_CASE(keys_are_taken_over_when_a_station_changes_them)
{
    const TemporaryFolder folder;
    config::Station station;
    station.key_file = folder.path / "old.key";
    generate_key_file(station.key_file);
    std::vector<ports::KeyFileLock> held;
    StationKeys before = take_station_keys(station, held);
    BOOST_CHECK_THROW(take_station_keys(station, held), std::runtime_error); // of another one

    station.former_key_file = station.key_file;
    station.key_file = folder.path / "new.key";
    BOOST_CHECK_THROW(take_station_keys(station, before.locks),
                      std::runtime_error); // is missing
    BOOST_TEST(before.locks.size() == 1u);
    generate_key_file(station.key_file);
    const StationKeys after = take_station_keys(station, before.locks);
    BOOST_TEST((after.former->public_key == before.own.public_key));
    BOOST_TEST(after.locks.size() == 2u);

    station.peers = {before.own.public_key};
    BOOST_CHECK_THROW(load_station_keys(station), std::runtime_error);
    station.peers = {config::PublicKey{}};
    BOOST_CHECK_THROW(load_station_keys(station), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(the_public_key_is_that_of_x25519)
{
    // RFC 7748, section 6.1: Alice.
    const TemporaryFolder folder;
    const auto pair =
        load_key_file(folder.write("dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n"));
    BOOST_TEST(config::to_base64(pair.public_key) ==
               "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=");
}

BOOST_AUTO_TEST_CASE(bad_key_files_are_refused)
{
    const TemporaryFolder folder;
    const std::string good = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=";
    BOOST_TEST(error_of(folder.write(good)) == "no error");
    BOOST_TEST(error_of(folder.path / "none").ends_with("none: No such file or directory"));
    BOOST_TEST(error_of(folder.path).ends_with("is no regular file"));
    for (const mode_t mode : {0640, 0604, 0660})
        BOOST_TEST(error_of(folder.write(good, mode)).find("mode must be 0600") !=
                   std::string::npos);
    for (const std::string& text : {std::string(), std::string("x"), good + "\n\n", good + "x",
                                    good.substr(1), std::string(1000, 'A')})
        BOOST_TEST(error_of(folder.write(text)).find("holds no key") != std::string::npos);
}
