#include "bridge/bitcoin/work.h"

#include <algorithm>

namespace depinsat::bridge::bitcoin {

Uint256 target_of(uint32_t bits)
{
    const unsigned size = bits >> 24;
    const uint32_t mantissa = bits & 0x7FFFFF;
    if (bits & 0x800000 || mantissa == 0)
        return 0;
    if (size <= 3)
        return mantissa >> (8 * (3 - size));
    if (size > 34 || (size == 34 && mantissa > 0xFF) || (size == 33 && mantissa > 0xFFFF))
        return 0;
    return Uint256(mantissa) << (8 * (size - 3));
}

uint32_t bits_of(const Uint256& target)
{
    if (target == 0)
        return 0;
    unsigned size = msb(target) / 8 + 1;
    auto mantissa = size <= 3 ? uint32_t(target) << (8 * (3 - size))
                              : uint32_t(Uint256(target >> (8 * (size - 3))));
    if (mantissa & 0x800000) { // would be a sign
        mantissa >>= 8;
        ++size;
    }
    return size << 24 | mantissa;
}

Uint256 work_of(const Uint256& target)
{
    if (target == 0)
        return 0;
    // 2^256 / (target + 1), in numbers of 256 bits.
    const Uint256 complement = ~target;
    return complement / (target + 1) + 1;
}

uint32_t next_bits(uint32_t bits, int64_t timespan, uint32_t limit_bits)
{
    using Wide = boost::multiprecision::uint512_t;
    const int64_t counted =
        std::clamp<int64_t>(timespan, kRetargetTimespan / 4, int64_t(kRetargetTimespan) * 4);
    const Wide target = Wide(target_of(bits)) * counted / kRetargetTimespan;
    const Wide limit(target_of(limit_bits));
    return bits_of(Uint256(target < limit ? target : limit));
}

} // namespace depinsat::bridge::bitcoin
