#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace depinsat::fec {

/// GF(2^m) by tables of powers and logarithms of a primitive element alpha.
class GaloisField
{
public:
    /// @param m           up to 16.
    /// @param polynomial  primitive, of degree m.
    GaloisField(unsigned m, uint32_t polynomial);

    unsigned m() const { return m_; }

    /// Number of nonzero elements, the order of alpha.
    unsigned order() const { return order_; }

    /// alpha^exponent, for exponent < 2 * order().
    unsigned power(unsigned exponent) const { return powers_[exponent]; }

    /// Of a nonzero element.
    unsigned log(unsigned element) const { return logs_[element]; }

    unsigned multiply(unsigned a, unsigned b) const
    {
        return a == 0 || b == 0 ? 0 : powers_[logs_[a] + logs_[b]];
    }

    /// @param b  not zero.
    unsigned divide(unsigned a, unsigned b) const
    {
        return a == 0 ? 0 : powers_[logs_[a] + order_ - logs_[b]];
    }

private:
    unsigned m_, order_;
    std::vector<uint16_t> powers_; // twice round, so that sums of two logarithms need no modulo
    std::vector<uint16_t> logs_;
};

} // namespace depinsat::fec
