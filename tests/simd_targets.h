#pragma once

#ifndef HWY_WANT_AVX3_DL
#define HWY_WANT_AVX3_DL // as in the kernels that gain by it; elsewhere AVX3 runs in its place
#endif

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <hwy/targets.h>
#include <vector>

namespace depinsat::test {

/// SIMD targets that kernels are compiled for and this machine can run, as Boost.Test data; the
/// scalar one included. tests/unit/core/simd_targets_test.cc shows that dispatch obeys.
inline std::vector<int64_t> simd_targets()
{
    return hwy::SupportedAndGeneratedTargets();
}

/// Holds dispatch to one target for the life of the object, and kernels that are not compiled
/// for it to the next below. The log says so: tools/test_neon reads it.
struct OnlyTarget {
    explicit OnlyTarget(int64_t target)
    {
        BOOST_TEST_MESSAGE("SIMD target " << hwy::TargetName(target));
        hwy::SetSupportedTargetsForTest(~(target - 1)); // better ones have lower bits
    }
    ~OnlyTarget() { hwy::SetSupportedTargetsForTest(0); }
};

} // namespace depinsat::test
