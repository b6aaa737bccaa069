#pragma once

#include "fec/galois_field.h"

#include <array>
#include <cstdint>
#include <vector>

namespace depinsat::fec {

inline constexpr unsigned kBchMaxErrors = 12;

/// A polynomial over GF(2^m); [0] is the constant.
struct BchPolynomial {
    std::array<unsigned, kBchMaxErrors + 1> coefficients{};
    unsigned degree = 0;
};

/// Roots of error locators by traces (Berlekamp 1970): as many steps as the degree asks for,
/// whatever the length of the code.
///
/// The trace of b x is 0 for half of the field and 1 for the other, so it shares some roots
/// with nearly any polynomial; the b = alpha^0 ... alpha^(m - 1) together tell any two roots
/// apart.
class BchRoots
{
public:
    using Roots = std::array<unsigned, kBchMaxErrors>;

    explicit BchRoots(const GaloisField& field);

    /// @return whether the polynomial has as many different roots in the field as its degree
    ///         says; only then they are in `roots`.
    bool find(const BchPolynomial& polynomial, Roots& roots) const;

private:
    struct Powers;

    bool solve_quadratic(unsigned b, unsigned c, unsigned* roots) const;
    bool split(const Powers& powers,
               const BchPolynomial& factor,
               unsigned basis,
               unsigned* roots) const;
    BchPolynomial trace(const Powers& powers, unsigned basis) const;

    struct Pivot {
        unsigned image = 0, argument = 0; ///< argument^2 + argument = image
    };

    const GaloisField& field_;
    unsigned m_;
    std::array<Pivot, 16> pivots_{}; ///< by the highest bit of the image
};

} // namespace depinsat::fec
