#include "config/addresses.h"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <cstdlib>

using namespace depinsat::config;

BOOST_AUTO_TEST_CASE(keys_are_32_bytes_in_base64)
{
    PublicKey key;
    for (size_t i = 0; i < key.size(); ++i)
        key[i] = uint8_t(i * 9);
    const std::string text = to_base64(key);
    BOOST_TEST(text.size() == 44u);
    BOOST_TEST((from_base64(text) == key));
    for (const std::string& bad :
         {std::string(), text.substr(0, 43), text + "A", text + "\n", " " + text,
          std::string(44, '!'), std::string("AAAA"), text.substr(0, 42) + "=="})
        BOOST_TEST(!from_base64(bad).has_value(), "accepted " << bad);
}

BOOST_AUTO_TEST_CASE(only_loopback_is_listened_on)
{
    BOOST_TEST(parse_listen("127.0.0.1:9545")->text() == "127.0.0.1:9545");
    BOOST_TEST(parse_listen("localhost:1")->text() == "127.0.0.1:1");
    BOOST_TEST(parse_listen("[::1]:65535")->text() == "[::1]:65535");
    for (const auto bad : {"", "0.0.0.0:1", "192.168.1.1:80", "127.0.0.1", "127.0.0.1:0",
                           "127.0.0.1:65536", "127.0.0.1:1x", ":80", "[::]:80", "[::1]",
                           "[::1:80", "example.org:80", "127.0.0.1.evil.org:80"})
        BOOST_TEST(!parse_listen(bad).has_value(), "accepted " << bad);
}

BOOST_AUTO_TEST_CASE(urls_are_split)
{
    const auto url = parse_url("http://node.example:8545/a?b=c");
    BOOST_REQUIRE(url);
    BOOST_TEST(url->host == "node.example");
    BOOST_TEST(url->port == 8545);
    BOOST_TEST(url->path == "/a?b=c");
    BOOST_TEST(url->authority() == "node.example:8545");
    BOOST_TEST(parse_url("http://h")->path == "/");
    BOOST_TEST(parse_url("http://h")->port == 80);
    BOOST_TEST(parse_url("http://h?x")->path == "/?x");
    BOOST_TEST(parse_url("http://[::1]:9")->authority() == "[::1]:9");
    BOOST_TEST(parse_url("https://h")->port == 443);
    for (const auto good : {"http://h:80/", "https://h:443/x?y", "tcp://h:1"})
        BOOST_TEST(parse_url(good)->text() == good);
    for (const auto bad : {"", "http://", "tcp://h", "tcp://h:1/", "http://h:0", "http://u@h/",
                           "http://h/ b", "http://h/#f", "http://h/\r\nX: y", "ftp://h"})
        BOOST_TEST(!parse_url(bad).has_value(), "accepted " << bad);
}

BOOST_AUTO_TEST_CASE(endpoints_are_ipc_or_tcp)
{
    BOOST_TEST(endpoint_fault("ipc:///run/x") == "");
    BOOST_TEST(endpoint_fault("tcp://127.0.0.1:5") == "");
    BOOST_TEST(endpoint_fault("ipc:///" + std::string(106, 'a')) == "");
    BOOST_TEST(endpoint_fault("ipc:///" + std::string(107, 'a')) ==
               "has a path of 108 bytes; a socket's may have 107");
    for (const auto bad : {"", "ipc://x", "tcp://h", "inproc://x", "tcp://*:5"})
        BOOST_TEST(endpoint_fault(bad) != "", "accepted " << bad);
    BOOST_TEST(is_local_endpoint("ipc:///x"));
    BOOST_TEST(is_local_endpoint("tcp://127.0.0.1:5"));
    BOOST_TEST(!is_local_endpoint("tcp://10.0.0.1:5"));
}

BOOST_AUTO_TEST_CASE(the_folder_of_the_sockets_is_the_users_own)
{
    char base[] = "/tmp/depinsat-test-XXXXXX";
    BOOST_REQUIRE(mkdtemp(base));
    setenv("XDG_RUNTIME_DIR", base, 1);
    const auto directory = runtime_directory("user");
    BOOST_TEST(directory.string() == std::string(base) + "/depinsat/user");
    make_runtime_directory(directory);
    make_runtime_directory(directory);
    struct stat status {
    };
    BOOST_TEST(stat(directory.c_str(), &status) == 0);
    BOOST_TEST((status.st_mode & 0777) == 0700u);

    chmod(directory.c_str(), 0750);
    BOOST_CHECK_THROW(make_runtime_directory(directory), std::runtime_error);
    std::filesystem::remove(directory);
    std::filesystem::create_directory_symlink("/tmp", directory);
    BOOST_CHECK_THROW(make_runtime_directory(directory), std::runtime_error);
    std::filesystem::remove_all(base);
    unsetenv("XDG_RUNTIME_DIR");
    BOOST_TEST(runtime_directory("user").string().ends_with("/user"));
}
