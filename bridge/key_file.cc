#include "bridge/key_file.h"

#include "config/addresses.h"
#include "ports/key_file.h"

#include <algorithm>
#include <array>
#include <sodium.h>
#include <span>
#include <stdexcept>

namespace depinsat::bridge {
namespace {

void write_secret(const std::filesystem::path& file, std::span<const uint8_t, 32> secret)
{
    std::array<uint8_t, 32> bytes;
    std::ranges::copy(secret, bytes.begin());
    std::string text = config::to_base64(bytes);
    text += '\n';
    ports::create_key_file(file, text);
    sodium_memzero(text.data(), text.size());
    sodium_memzero(bytes.data(), bytes.size());
}

link::Key read_secret(const std::filesystem::path& file, const char* made_by)
{
    std::string text = ports::read_key_file(file);
    auto secret = config::from_base64(text);
    sodium_memzero(text.data(), text.size());
    if (!secret)
        ports::fail_key_file(file, std::string("holds no key; ") + made_by + " makes one");
    link::Key key;
    std::ranges::copy(*secret, key.begin());
    sodium_memzero(secret->data(), secret->size());
    return key;
}

} // namespace

link::KeyPair generate_key_file(const std::filesystem::path& file)
{
    const link::KeyPair pair = link::generate_key_pair();
    write_secret(file, pair.secret_key);
    return pair;
}

link::KeyPair load_key_file(const std::filesystem::path& file)
{
    return link::key_pair_of(read_secret(file, "`depinsat keygen`"));
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

void generate_group_key_file(const std::filesystem::path& file)
{
    save_group_key_file(file, link::generate_group_key());
}

void save_group_key_file(const std::filesystem::path& file, const link::Key& key)
{
    write_secret(file, key);
}

link::Key load_group_key_file(const std::filesystem::path& file)
{
    return read_secret(file, "`depinsat keygen --group`");
}

std::string sender_text(const link::KeyPair& keys)
{
    return config::to_base64(keys.public_key) + ' ' +
           config::to_base64(link::verify_key_of(keys));
}

} // namespace depinsat::bridge
