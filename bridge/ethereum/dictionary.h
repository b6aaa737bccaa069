#pragma once

#include <cstdint>
#include <span>

namespace depinsat::bridge::ethereum {

/// bridge/ethereum/dictionary_1.bin, made by tools/make_ethereum_dictionary.py.
extern const std::span<const uint8_t> kDictionary;

} // namespace depinsat::bridge::ethereum
