#include "fec/ldpc_rule.h"

namespace depinsat::fec {
namespace {

constexpr unsigned kShort = 16200; // bits of a short FECFRAME

} // namespace

LdpcRule ldpc_rule(const LdpcCode& code)
{
    const size_t groups = code.n / kLdpcGroup;
    const double rate = double(code.k) / code.n;
    LdpcRule rule{.coarse = true,
                  .certain = uint8_t(rate <= 0.5   ? 20
                                     : rate < 0.78 ? 24
                                                   : 31),
                  .first_offset = 1,
                  .second_offset = 1,
                  .near = 2,
                  .largest = uint8_t(code.n == kShort && rate > 0.55 ? 31 : 42)};
    size_t edges = 2 * size_t(code.q);
    for (const auto row : code.rows)
        edges += row.size();
    if (edges <= 5 * size_t(code.q)) {
        rule.coarse = false;
        rule.near = 1;
    } else if (edges >= 4 * groups) {
        rule.coarse = false;
        rule.second_offset = 2;
        rule.near = 3;
    }
    return rule;
}

} // namespace depinsat::fec
