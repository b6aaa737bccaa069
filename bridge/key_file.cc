#include "bridge/key_file.h"

#include "config/addresses.h"
#include "ports/key_file.h"

#include <algorithm>
#include <sodium.h>
#include <stdexcept>

namespace depinsat::bridge {

link::KeyPair generate_key_file(const std::filesystem::path& file)
{
    const link::KeyPair pair = link::generate_key_pair();
    std::string text = config::to_base64(pair.secret_key);
    text += '\n';
    ports::create_key_file(file, text);
    sodium_memzero(text.data(), text.size());
    return pair;
}

link::KeyPair load_key_file(const std::filesystem::path& file)
{
    std::string text = ports::read_key_file(file);
    auto secret = config::from_base64(text);
    sodium_memzero(text.data(), text.size());
    if (!secret)
        ports::fail_key_file(file, "holds no key; `depinsat keygen` makes one");
    const link::KeyPair pair = link::key_pair_of(*secret);
    sodium_memzero(secret->data(), secret->size());
    return pair;
}

StationKeys load_station_keys(const config::Station& station)
{
    StationKeys keys{load_key_file(station.key_file), {}};
    if (station.former_key_file)
        keys.former = load_key_file(*station.former_key_file);
    if (keys.former && keys.former->public_key == keys.own.public_key)
        throw std::runtime_error("station.former_key_file: holds the key of station.key_file");
    try {
        link::check_peers(keys.own, station.peers);
        if (keys.former)
            link::check_peers(*keys.former, station.peers);
    } catch (const std::invalid_argument& error) {
        throw std::runtime_error(std::string("station.") + error.what());
    }
    return keys;
}

StationKeys take_station_keys(const config::Station& station,
                              std::vector<ports::KeyFileLock>& held)
{
    std::vector<ports::KeyFileLock> locks;
    std::vector<std::filesystem::path> files{station.key_file};
    if (station.former_key_file)
        files.push_back(*station.former_key_file);
    for (const auto& file : files)
        if (std::ranges::none_of(held, [&](const auto& lock) { return lock.is_of(file); }))
            locks.emplace_back(file);
    StationKeys keys = load_station_keys(station);
    for (auto& lock : held)
        if (std::ranges::any_of(files, [&](const auto& file) { return lock.is_of(file); }))
            locks.push_back(std::move(lock));
    keys.locks = std::move(locks);
    return keys;
}

std::string load_token_file(const std::filesystem::path& file)
{
    std::string text = ports::read_key_file(file);
    const bool printable =
        std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
    if (text.size() < 16 || text.size() > 120 || !printable)
        ports::fail_key_file(file, "holds no token of 16 to 120 characters without blanks");
    return text;
}

} // namespace depinsat::bridge
