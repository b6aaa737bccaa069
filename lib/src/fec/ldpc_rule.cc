#include "fec/ldpc_rule.h"

namespace depinsat::fec {
namespace {

constexpr unsigned kShort = 16200; // bits of a short FECFRAME

} // namespace

LdpcRule ldpc_rule(const LdpcCode& code)
{
    const size_t groups = code.n / kLdpcGroup;
    const double rate = double(code.k) / code.n;
    const uint8_t certain = rate <= 0.5 ? 20 : rate < 0.78 ? 24 : 31;
    const uint8_t largest = code.n == kShort && rate > 0.55 ? 31 : 42;
    size_t edges = 2 * size_t(code.q);
    for (const auto row : code.rows)
        edges += row.size();
    if (edges <= 5 * size_t(code.q))
        return {.coarse = false,
                .certain = certain,
                .first_offset = 1,
                .second_offset = 1,
                .near = 1,
                .largest = largest};
    if (edges >= 4 * groups)
        return {.coarse = false,
                .certain = certain,
                .first_offset = 1,
                .second_offset = 2,
                .near = 3,
                .largest = largest};
    return {.coarse = true,
            .certain = certain,
            .first_offset = 1,
            .second_offset = 1,
            .near = 2,
            .largest = largest};
}

} // namespace depinsat::fec
