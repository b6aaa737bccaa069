#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace depinsat::test {

inline std::vector<uint8_t> from_hex(const std::string& text)
{
    std::vector<uint8_t> bytes;
    for (size_t i = 0; i + 1 < text.size(); i += 2)
        bytes.push_back(uint8_t(std::stoul(text.substr(i, 2), nullptr, 16)));
    return bytes;
}

/// A file of tests/vectors/ccsds.
/// @throws std::runtime_error if there is no such file.
inline nlohmann::json read_ccsds_vectors(const std::string& name)
{
    std::ifstream in(DEPINSAT_VECTORS "/ccsds/" + name);
    if (!in)
        throw std::runtime_error("cannot read " + name);
    return nlohmann::json::parse(in);
}

} // namespace depinsat::test
