#include "depinsat/framing/rolloff.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace depinsat::framing {
namespace {

constexpr uint8_t kLowRolloffFlag = 3;
constexpr size_t kOfDvbS2 = 3;

size_t index_of(double rolloff)
{
    const auto found = std::ranges::find_if(
        kRolloffs, [&](double known) { return std::abs(rolloff - known) < 1e-6; });
    return size_t(found - kRolloffs.begin());
}

} // namespace

bool is_rolloff(double rolloff)
{
    return index_of(rolloff) < kRolloffs.size();
}

RolloffField::RolloffField(double rolloff)
    : code_(uint8_t(index_of(rolloff) % kOfDvbS2)), low_(index_of(rolloff) >= kOfDvbS2)
{
    if (!is_rolloff(rolloff))
        throw std::invalid_argument("rolloff: " + std::to_string(rolloff) + " is not one of " +
                                    std::string(kRolloffNames));
}

uint8_t RolloffField::next()
{
    flag_ = low_ && !flag_;
    return flag_ ? kLowRolloffFlag : code_;
}

} // namespace depinsat::framing
