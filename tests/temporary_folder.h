#pragma once

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace depinsat::test {

/// A folder of a test's own, gone when the test ends.
struct TemporaryFolder {
    std::filesystem::path path;

    TemporaryFolder()
    {
        char name[] = "/tmp/depinsat-test-XXXXXX";
        BOOST_REQUIRE(mkdtemp(name));
        path = name;
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    /// A new file with this text and mode.
    std::filesystem::path write(const std::string& text, mode_t mode = 0600) const
    {
        const auto file = path / "key";
        std::filesystem::remove(file);
        std::ofstream(file) << text;
        chmod(file.c_str(), mode);
        return file;
    }
};

} // namespace depinsat::test
