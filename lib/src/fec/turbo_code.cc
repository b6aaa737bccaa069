#include "depinsat/fec/turbo_code.h"

#include "fec/find_code.h"

#include <cassert>

namespace depinsat::fec {
namespace {

using Output = TurboCode::Output;

constexpr Output kHalf[] = {{0, false, 3}, {1, false, 1}, {1, true, 2}};
constexpr Output kThird[] = {{0, false, 3}, {1, false, 3}, {1, true, 3}};
constexpr Output kQuarter[] = {{0, false, 3}, {2, false, 3}, {3, false, 3}, {1, true, 3}};
constexpr Output kSixth[] = {{0, false, 3}, {1, false, 3}, {2, false, 3},
                             {3, false, 3}, {1, true, 3},  {3, true, 3}};

constexpr TurboCode kCodes[] = {
    {"turbo_1-2_1784", 1784, 2 * 1788, kHalf},    {"turbo_1-2_3568", 3568, 2 * 3572, kHalf},
    {"turbo_1-2_7136", 7136, 2 * 7140, kHalf},    {"turbo_1-2_8920", 8920, 2 * 8924, kHalf},
    {"turbo_1-3_1784", 1784, 3 * 1788, kThird},   {"turbo_1-3_3568", 3568, 3 * 3572, kThird},
    {"turbo_1-3_7136", 7136, 3 * 7140, kThird},   {"turbo_1-3_8920", 8920, 3 * 8924, kThird},
    {"turbo_1-4_1784", 1784, 4 * 1788, kQuarter}, {"turbo_1-4_3568", 3568, 4 * 3572, kQuarter},
    {"turbo_1-4_7136", 7136, 4 * 7140, kQuarter}, {"turbo_1-4_8920", 8920, 4 * 8924, kQuarter},
    {"turbo_1-6_1784", 1784, 6 * 1788, kSixth},   {"turbo_1-6_3568", 3568, 6 * 3572, kSixth},
    {"turbo_1-6_7136", 7136, 6 * 7140, kSixth},   {"turbo_1-6_8920", 8920, 6 * 8924, kSixth},
};

} // namespace

std::span<const TurboCode> turbo_codes()
{
    return kCodes;
}

const TurboCode& find_turbo_code(std::string_view name)
{
    return find_code(turbo_codes(), name, "turbo code");
}

std::vector<uint16_t> turbo_permutation(unsigned k)
{
    constexpr unsigned kPrimes[] = {31, 37, 43, 47, 53, 59, 61, 67};
    constexpr unsigned k1 = 8;
    assert(k % k1 == 0);
    const unsigned k2 = k / k1;
    std::vector<uint16_t> source(k);
    for (unsigned s = 0; s < k; ++s) {
        const unsigned m = s % 2, i = s / (2 * k2), j = s / 2 - i * k2;
        const unsigned t = (19 * i + 1) % (k1 / 2);
        const unsigned c = (kPrimes[t % 8] * j + 21 * m) % k2;
        source[s] = uint16_t(2 * (t + c * k1 / 2 + 1) - m - 1);
    }
    return source;
}

} // namespace depinsat::fec
