#pragma once

#include <cstdint>
#include <deque>
#include <vector>

namespace depinsat::reference {

/// EN 302 307-1, figure 5: register r1 ... r15, output r14 xor r15 shifted into r1.
inline std::vector<uint8_t> bb_scrambled(const std::vector<uint8_t>& frame)
{
    std::deque<int> r{1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0};
    std::vector<uint8_t> scrambled = frame;
    for (auto& byte : scrambled)
        for (int bit = 7; bit >= 0; --bit) {
            const int out = r[13] ^ r[14];
            r.pop_back();
            r.push_front(out);
            byte ^= uint8_t(out << bit);
        }
    return scrambled;
}

} // namespace depinsat::reference
