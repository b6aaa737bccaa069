#include "depinsat/modulation/constellation.h"

#include <array>
#include <stdexcept>
#include <string>

namespace depinsat::modulation {
namespace {

constexpr float kHalf = 0.70710678118654752f; // cos 45 degrees

constexpr std::array<Sample, 4> kQpsk{{
    {kHalf, kHalf},   // 00
    {kHalf, -kHalf},  // 01
    {-kHalf, kHalf},  // 10
    {-kHalf, -kHalf}, // 11
}};

constexpr std::array<Sample, 8> k8psk{{
    {kHalf, kHalf},   // 000
    {1, 0},           // 001
    {-1, 0},          // 010
    {-kHalf, -kHalf}, // 011
    {0, 1},           // 100
    {kHalf, -kHalf},  // 101
    {-kHalf, kHalf},  // 110
    {0, -1},          // 111
}};

constexpr std::array<Constellation, 2> kConstellations{{
    {"QPSK", 2, kQpsk},
    {"8PSK", 3, k8psk},
}};

} // namespace

std::span<const Constellation> constellations()
{
    return kConstellations;
}

const Constellation& find_constellation(std::string_view name)
{
    std::string allowed;
    for (const auto& constellation : kConstellations) {
        if (constellation.name == name)
            return constellation;
        allowed += (allowed.empty() ? "" : ", ") + std::string(constellation.name);
    }
    throw std::invalid_argument("constellation \"" + std::string(name) +
                                "\" is not one of: " + allowed);
}

} // namespace depinsat::modulation
