// Runs a fuzz target without libFuzzer: over every file of a corpus and seeded changes of each.
//
// usage: <target>_replay CORPUS CHANGES
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

using Bytes = std::vector<uint8_t>;

Bytes changed(Bytes bytes, std::mt19937& random)
{
    for (unsigned i = 0; i < 1 + random() % 4; ++i) {
        const size_t at = random() % (bytes.size() + 1);
        const auto place = bytes.begin() + std::ptrdiff_t(at);
        switch (random() % 4) {
        case 0:
            bytes.insert(place, uint8_t(random()));
            break;
        case 1:
            bytes.erase(place, std::min(place + random() % 8, bytes.end()));
            break;
        default:
            if (place != bytes.end())
                *place = uint8_t(random());
        }
    }
    return bytes;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 3) {
        std::cerr << "usage: " << argv[0] << " CORPUS CHANGES\n";
        return 2;
    }
    std::vector<std::filesystem::path> files;
    for (const auto& file : std::filesystem::directory_iterator(argv[1]))
        files.push_back(file.path());
    std::ranges::sort(files);
    std::mt19937 random(1);
    for (const auto& file : files) {
        std::ifstream stream(file, std::ios::binary);
        const Bytes bytes{std::istreambuf_iterator<char>(stream), {}};
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
        for (int i = 0; i < std::atoi(argv[2]); ++i) {
            const Bytes input = changed(bytes, random);
            LLVMFuzzerTestOneInput(input.data(), input.size());
        }
    }
    std::cout << files.size() << " files\n";
    return files.empty();
}
