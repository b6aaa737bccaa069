#include "fec/ldpc_rule.h"

namespace depinsat::fec {

LdpcRule ldpc_rule(const LdpcCode& code)
{
    const size_t groups = code.n / kLdpcGroup;
    const double rate = double(code.k) / code.n;
    const uint8_t certain = rate <= 0.5 ? 20 : rate < 0.78 ? 24 : 31;
    size_t edges = 2 * size_t(code.q);
    for (const auto row : code.rows)
        edges += row.size();
    if (edges <= 5 * size_t(code.q))
        return {.coarse = false,
                .certain = certain,
                .first_offset = 1,
                .second_offset = 1,
                .near = 1};
    if (edges >= 4 * groups)
        return {.coarse = false,
                .certain = certain,
                .first_offset = 1,
                .second_offset = 2,
                .near = 3};
    return {
        .coarse = true, .certain = certain, .first_offset = 1, .second_offset = 1, .near = 2};
}

} // namespace depinsat::fec
