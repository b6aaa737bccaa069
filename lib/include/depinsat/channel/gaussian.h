#pragma once

#include <array>
#include <cstdint>

namespace depinsat::channel {

/// Normal random numbers of mean 0 and variance 1, by Marsaglia and Tsang's ziggurat of 256
/// layers over xoshiro256++.
///
/// Range     exact in the tails; the resolution is that of a float.
/// Seed      equal seeds give equal sequences on every machine with IEEE floats.
/// Cost      about one 64-bit random number a value; no allocation.
/// Threads   one object per thread.
class Gaussian
{
public:
    explicit Gaussian(uint64_t seed);

    float operator()();

private:
    uint64_t next();
    float uniform();
    float tail(bool negative);

    std::array<uint64_t, 4> state_;
};

} // namespace depinsat::channel
