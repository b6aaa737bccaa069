#pragma once

#include "depinsat/core/types.h"

#include <cstddef>
#include <random>
#include <vector>

namespace depinsat::test {

/// LLRs of no codeword at all.
struct NoiseLlrs {
    std::vector<Llr> loud; ///< every bit certain
    std::vector<Llr> soft; ///< every value as likely as the others

    NoiseLlrs(size_t count, std::mt19937& rng) : loud(count), soft(count)
    {
        for (size_t i = 0; i < count; ++i) {
            loud[i].value = rng() % 2 ? kLlrMax : -kLlrMax;
            soft[i] = Llr::saturate(int(rng() % 255) - kLlrMax);
        }
    }
};

} // namespace depinsat::test
