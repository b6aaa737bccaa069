#include "simd_targets.h"

#include <algorithm>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "unit/core/simd_targets_test.cc" // compiled once per SIMD target
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace depinsat::HWY_NAMESPACE {

int64_t target()
{
    return HWY_TARGET;
}

} // namespace depinsat::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bdata = boost::unit_test::data;
using namespace depinsat;

namespace depinsat {
HWY_EXPORT(target);
}

BOOST_DATA_TEST_CASE(dispatch_runs_the_target_that_a_test_asks_for,
                     bdata::make(test::simd_targets()),
                     asked)
{
    const test::OnlyTarget only(asked);
    BOOST_TEST(HWY_DYNAMIC_DISPATCH(target)() == asked);
}

#if HWY_ARCH_ARM_A64
BOOST_AUTO_TEST_CASE(arm_has_neon_and_a_scalar_fallback_and_nothing_else)
{
    const auto targets = test::simd_targets();
    BOOST_TEST(std::ranges::count(targets, HWY_NEON) == 1);
    BOOST_TEST(std::ranges::count(targets, HWY_BASELINE_SCALAR) == 1);
    BOOST_TEST(targets.size() == 2u);
}
#endif
#endif
