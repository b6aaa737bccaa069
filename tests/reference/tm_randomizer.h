#pragma once

#include <cstddef>
#include <vector>

namespace depinsat::reference {

/// CCSDS 131.0-B: x^8 + x^7 + x^5 + x^3 + 1, all ones at first, by its recurrence.
inline std::vector<int> tm_255(size_t count)
{
    std::vector<int> a(8, 1);
    for (size_t t = 0; a.size() < count; ++t)
        a.push_back(a[t + 7] ^ a[t + 5] ^ a[t + 3] ^ a[t]);
    a.resize(count);
    return a;
}

/// CCSDS 131.0-B: x^17 + x^14 + 1, the register 11000111000111000 at first, sent from its end
/// on.
inline std::vector<int> tm_131071(size_t count)
{
    std::vector<int> a{0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1};
    for (size_t t = 0; a.size() < count; ++t)
        a.push_back(a[t + 14] ^ a[t]);
    a.resize(count);
    return a;
}

} // namespace depinsat::reference
