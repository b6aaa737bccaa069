#pragma once

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <hwy/targets.h>
#include <vector>

namespace depinsat::test {

/// SIMD targets this machine can run, as Boost.Test data.
inline std::vector<int64_t> simd_targets()
{
    std::vector<int64_t> all;
    for (int64_t rest = hwy::SupportedTargets(); rest != 0; rest &= rest - 1)
        all.push_back(rest & -rest);
    return all;
}

/// Holds dispatch to one target for the life of the object.
struct OnlyTarget {
    explicit OnlyTarget(int64_t target) { hwy::SetSupportedTargetsForTest(target); }
    ~OnlyTarget() { hwy::SetSupportedTargetsForTest(0); }
};

} // namespace depinsat::test
