#pragma once

#include "random_bytes.h"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace depinsat::test {

/// A golden chain of tests/vectors/dvbs2 as far as the FECFRAME.
struct FecChain {
    const char* name; ///< of the files, without stage
    const char* code; ///< of the LDPC and BCH codes
};

inline std::ostream& operator<<(std::ostream& out, const FecChain& chain)
{
    return out << chain.name;
}

inline constexpr FecChain kFecChains[] = {
    {"qpsk_1-2_short_pilots-off", "s2_short_1-2"},
    {"qpsk_1-2_short_pilots-on", "s2_short_1-2"},
    {"qpsk_1-2_normal_pilots-on", "s2_normal_1-2"},
    {"8psk_3-4_normal_pilots-off", "s2_normal_3-4"},
    {"8psk_3-5_short_pilots-on", "s2_short_3-5"},
    {"s2x_qpsk_11-45_short_pilots-on", "s2x_short_11-45"},
    {"s2x_8apsk_100-180_normal_pilots-on", "s2x_normal_100-180"},
    {"s2x_128apsk_135-180_normal_pilots-off", "s2x_normal_135-180"},
};

/// One stage of a chain: ".bbframe.bin", ".bch.bin" or ".ldpc.bin".
/// @throws std::runtime_error if there is no such file.
inline std::vector<uint8_t> read_stage(const FecChain& chain, const std::string& stage)
{
    const std::string path = std::string(DEPINSAT_VECTORS "/dvbs2/") + chain.name + stage;
    std::ifstream in(path, std::ios::binary);
    std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(in), {}};
    if (bytes.empty())
        throw std::runtime_error("cannot read " + path);
    return bytes;
}

} // namespace depinsat::test
