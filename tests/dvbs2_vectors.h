#pragma once

#include <algorithm>
#include <complex>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <ostream>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace depinsat::test {

/// One golden chain of tests/vectors/dvbs2 (chains.json says who made it).
struct Dvbs2Chain {
    const char* name; ///< of the files, without stage
    const char* modcod;
    bool short_frame;
    bool pilots;
    const char* constellation;
    const char* interleaver;
    uint8_t pls_code;
    size_t slots;
    unsigned pl_scrambling_n = 0;
};

inline std::ostream& operator<<(std::ostream& out, const Dvbs2Chain& c)
{
    return out << c.name;
}

inline constexpr Dvbs2Chain kDvbs2Chains[] = {
    {"qpsk_1-2_short_pilots-off", "qpsk_1-2", true, false, "QPSK", "", 18, 90},
    {"qpsk_1-2_short_pilots-on", "qpsk_1-2", true, true, "QPSK", "", 19, 90},
    {"qpsk_1-2_normal_pilots-on", "qpsk_1-2", false, true, "QPSK", "", 17, 360},
    {"8psk_3-4_normal_pilots-off", "8psk_3-4", false, false, "8PSK", "012", 56, 240},
    {"8psk_3-5_short_pilots-on", "8psk_3-5", true, true, "8PSK", "210", 51, 60},
    {"16apsk_3-4_normal_pilots-on", "16apsk_3-4", false, true, "4+12APSK 3/4", "0123", 77, 180},
    {"16apsk_3-4_short_pilots-off_gold1", "16apsk_3-4", true, false, "4+12APSK 3/4", "0123", 78,
     45, 1},
    {"32apsk_4-5_normal_pilots-on", "32apsk_4-5", false, true, "4+12+16APSK 4/5", "01234", 101,
     144},
    {"32apsk_4-5_short_pilots-off", "32apsk_4-5", true, false, "4+12+16APSK 4/5", "01234", 102,
     36},
    {"s2x_qpsk_11-45_short_pilots-on", "qpsk_11-45", true, true, "QPSK", "", 217, 90},
    {"s2x_8apsk_100-180_normal_pilots-on", "8apsk_5-9-l", false, true, "2+4+2APSK 100/180",
     "012", 139, 240},
    {"s2x_64apsk_4-5_normal_pilots-on", "64apsk_4-5", false, true, "8+16+20+20APSK 4/5",
     "124053", 195, 120},
    {"s2x_128apsk_135-180_normal_pilots-off", "128apsk_3-4", false, false, "128APSK 135/180",
     "4250316", 200, 103},
    {"s2x_256apsk_135-180_normal_pilots-off", "256apsk_3-4", false, false, "256APSK 135/180",
     "50743612", 214, 90},
};

/// Items of one file, for example stage ".plframe.cf32" of a chain.
/// @throws std::runtime_error if it cannot be read or does not hold whole items.
template <class T>
std::vector<T> read_dvbs2_vector(const std::string& file)
{
    const std::string path = std::string(DEPINSAT_VECTORS "/dvbs2/") + file;
    std::ifstream in(path, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
    if (bytes.empty() || bytes.size() % sizeof(T))
        throw std::runtime_error("cannot read " + path);
    std::vector<T> items(bytes.size() / sizeof(T));
    std::memcpy(items.data(), bytes.data(), bytes.size());
    return items;
}

/// Index of the first item that differs, or the size if none does: one number to compare
/// instead of thousands.
template <class T>
size_t first_difference(std::span<const T> a, std::span<const T> b)
{
    if (a.size() != b.size())
        return 0;
    return size_t(std::mismatch(a.begin(), a.end(), b.begin()).first - a.begin());
}

/// As first_difference(), for symbols: equal but for the last bit of a float. gr-dtv computes
/// the points of APSK in single precision, and has cos(90 degrees) = 6e-17 on an axis.
inline size_t first_different_symbol(std::span<const std::complex<float>> a,
                                     std::span<const std::complex<float>> b)
{
    if (a.size() != b.size())
        return 0;
    const auto equal = [](auto x, auto y) {
        return std::abs(x - y) < 1e-7f;
    };
    return size_t(std::mismatch(a.begin(), a.end(), b.begin(), equal).first - a.begin());
}

} // namespace depinsat::test
