#pragma once

#include "bridge/dictionaries/zstd_frame.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace depinsat::bridge {

using Bytes = std::vector<uint8_t>;

/// What both ends of a link know of a traffic beforehand, for zstd.
///
/// File  NAME.VERSION.dict, made by tools/train_dictionary.py; NAME says what traffic, such as
///       "json_rpc-substrate".
struct Dictionary {
    /// BLAKE2b-256 of the bytes.
    using Id = std::array<uint8_t, 32>;

    std::string name;
    uint16_t version = 0;
    Bytes bytes;
    Id id{};
    mutable std::shared_ptr<ZstdDictionary> zstd{}; ///< of the bytes, once they are used
};

inline constexpr size_t kMaxDictionaryBytes = 256u << 10;
inline constexpr size_t kMaxDictionaryName = 64;

/// a-z, 0-9, "-" and "_".
bool is_dictionary_name(std::string_view name);

Dictionary::Id dictionary_id(std::span<const uint8_t> bytes);

/// Every NAME.VERSION.dict of a folder; other files are let be.
/// @throws std::runtime_error naming the file that cannot be read, or the folder.
std::vector<Dictionary> read_dictionaries(const std::filesystem::path& folder);

/// @throws std::runtime_error naming the file.
void write_dictionary(const std::filesystem::path& folder, const Dictionary&);

} // namespace depinsat::bridge
