#pragma once

#include <array>
#include <cstdint>

namespace depinsat::fec {

/// 64 rows of 64 bits; column 0 is the top bit.
using BitMatrix = std::array<uint64_t, 64>;

/// Swaps ever smaller blocks across the diagonal.
inline void transpose(BitMatrix& rows)
{
    uint64_t mask = 0x00000000FFFFFFFF;
    for (unsigned size = 32; size > 0; size /= 2, mask ^= mask << size)
        for (unsigned block = 0; block < 64; block += 2 * size)
            for (unsigned i = block; i < block + size; ++i) {
                const uint64_t differing = (rows[i] ^ rows[i + size] >> size) & mask;
                rows[i] ^= differing;
                rows[i + size] ^= differing << size;
            }
}

/// Bits to packed bytes, most significant first.
class BitWriter
{
public:
    explicit BitWriter(uint8_t* bytes) : bytes_(bytes) {}

    /// Appends the top `count` bits of a word, 1 to 64; those below are zero.
    void put(uint64_t word, unsigned count)
    {
        pending_ |= word >> used_;
        if (used_ + count < 64) {
            used_ += count;
            return;
        }
        store(pending_, 8);
        pending_ = used_ == 0 ? 0 : word << (64 - used_);
        used_ = used_ + count - 64;
    }

    /// Writes what is left, as whole bytes.
    void flush()
    {
        store(pending_, (used_ + 7) / 8);
        pending_ = used_ = 0;
    }

private:
    void store(uint64_t word, unsigned count)
    {
        for (unsigned i = 0; i < count; ++i)
            bytes_[i] = uint8_t(word >> (56 - 8 * i));
        bytes_ += count;
    }

    uint8_t* bytes_;
    uint64_t pending_ = 0;
    unsigned used_ = 0;
};

} // namespace depinsat::fec
