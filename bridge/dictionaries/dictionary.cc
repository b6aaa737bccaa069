#include "bridge/dictionaries/dictionary.h"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <stdexcept>

namespace depinsat::bridge {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kEnding = ".dict";

/// Name and version in a file's name.
std::optional<Dictionary> parse_file_name(std::string_view file)
{
    if (!file.ends_with(kEnding))
        return {};
    file.remove_suffix(kEnding.size());
    const size_t dot = file.rfind('.');
    if (dot == file.npos || !is_dictionary_name(file.substr(0, dot)))
        return {};
    Dictionary dictionary{.name = std::string(file.substr(0, dot)), .bytes = {}};
    const char* end = file.data() + file.size();
    const auto parsed = std::from_chars(file.data() + dot + 1, end, dictionary.version);
    if (parsed.ec != std::errc() || parsed.ptr != end)
        return {};
    return dictionary;
}

Bytes read_file(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    Bytes bytes(kMaxDictionaryBytes + 1);
    in.read(reinterpret_cast<char*>(bytes.data()), std::streamsize(bytes.size()));
    bytes.resize(size_t(in.gcount()));
    if (in.bad() || bytes.empty() || bytes.size() > kMaxDictionaryBytes)
        throw std::runtime_error(file.string() + " is no dictionary of 1 byte to 256 KiB");
    return bytes;
}

} // namespace

bool is_dictionary_name(std::string_view name)
{
    return !name.empty() && name.size() <= kMaxDictionaryName &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == name.npos;
}

Dictionary::Id dictionary_id(std::span<const uint8_t> bytes)
{
    Dictionary::Id id;
    crypto_generichash(id.data(), id.size(), bytes.data(), bytes.size(), nullptr, 0);
    return id;
}

std::vector<Dictionary> read_dictionaries(const fs::path& folder)
{
    std::error_code error;
    std::vector<Dictionary> all;
    fs::directory_iterator files(folder, error);
    if (error)
        throw std::runtime_error(folder.string() + ": " + error.message());
    for (const auto& file : files) {
        auto dictionary = parse_file_name(file.path().filename().string());
        if (!dictionary)
            continue;
        dictionary->bytes = read_file(file.path());
        dictionary->id = dictionary_id(dictionary->bytes);
        all.push_back(std::move(*dictionary));
    }
    return all;
}

void write_dictionary(const fs::path& folder, const Dictionary& dictionary)
{
    const fs::path file =
        folder / (dictionary.name + '.' + std::to_string(dictionary.version) + ".dict");
    const fs::path made = file.string() + ".new";
    {
        std::ofstream out(made, std::ios::binary | std::ios::trunc);
        out.write(reinterpret_cast<const char*>(dictionary.bytes.data()),
                  std::streamsize(dictionary.bytes.size()));
        if (!out.flush())
            throw std::runtime_error(made.string() + " cannot be written");
    }
    std::error_code error;
    fs::rename(made, file, error);
    if (error)
        throw std::runtime_error(file.string() + ": " + error.message());
}

} // namespace depinsat::bridge
