#include "fec/bch_roots.h"

#include <algorithm>
#include <bit>

namespace depinsat::fec {
namespace {

void trim(BchPolynomial& p)
{
    while (p.degree > 0 && p.coefficients[p.degree] == 0)
        --p.degree;
}

bool is_zero(const BchPolynomial& p)
{
    return p.degree == 0 && p.coefficients[0] == 0;
}

void make_monic(const GaloisField& field, BchPolynomial& p)
{
    const unsigned lead = p.coefficients[p.degree];
    for (unsigned i = 0; i <= p.degree; ++i)
        p.coefficients[i] = field.divide(p.coefficients[i], lead);
}

/// p mod a monic divisor.
void reduce(const GaloisField& field, BchPolynomial& p, const BchPolynomial& divisor)
{
    for (unsigned i = p.degree; i >= divisor.degree && i < p.coefficients.size(); --i) {
        const unsigned scale = p.coefficients[i];
        if (scale != 0)
            for (unsigned k = 0; k <= divisor.degree; ++k)
                p.coefficients[i - divisor.degree + k] ^=
                    field.multiply(scale, divisor.coefficients[k]);
    }
    trim(p);
}

/// Exact quotient of a monic p by a monic divisor.
BchPolynomial divide(const GaloisField& field, BchPolynomial p, const BchPolynomial& divisor)
{
    BchPolynomial quotient;
    quotient.degree = p.degree - divisor.degree;
    for (unsigned i = quotient.degree + 1; i-- > 0;) {
        const unsigned scale = p.coefficients[i + divisor.degree];
        quotient.coefficients[i] = scale;
        for (unsigned k = 0; k <= divisor.degree; ++k)
            p.coefficients[i + k] ^= field.multiply(scale, divisor.coefficients[k]);
    }
    return quotient;
}

/// Monic; `a` is monic.
BchPolynomial
greatest_common_divisor(const GaloisField& field, BchPolynomial a, BchPolynomial b)
{
    while (!is_zero(b)) {
        make_monic(field, b);
        reduce(field, a, b);
        std::swap(a, b);
    }
    return a;
}

} // namespace

/// x^(2^i) modulo a polynomial, for i < m.
struct BchRoots::Powers {
    Powers(const GaloisField& field, const BchPolynomial& modulus) : degree(modulus.degree)
    {
        std::array<std::array<unsigned, kBchMaxErrors>, kBchMaxErrors> high; // x^(degree + i)
        std::copy_n(modulus.coefficients.begin(), degree, high[0].begin());
        for (unsigned i = 1; i + 1 < degree; ++i) {
            const unsigned lead = high[i - 1][degree - 1];
            for (unsigned k = 0; k < degree; ++k)
                high[i][k] = (k > 0 ? high[i - 1][k - 1] : 0) ^
                             field.multiply(lead, modulus.coefficients[k]);
        }
        at[0][1] = 1;
        for (unsigned i = 0; i < field.m(); ++i)
            for (unsigned k = 0; k < degree; ++k) {
                const unsigned square = field.multiply(at[i][k], at[i][k]);
                if (square == 0)
                    continue;
                if (2 * k < degree)
                    at[i + 1][2 * k] ^= square;
                else
                    for (unsigned j = 0; j < degree; ++j)
                        at[i + 1][j] ^= field.multiply(square, high[2 * k - degree][j]);
            }
        splits = at[field.m()] == at[0]; // x^(2^m) - x is the product of all x - root
    }

    unsigned degree;
    std::array<std::array<unsigned, kBchMaxErrors>, 17> at{};
    bool splits;
};

BchRoots::BchRoots(const GaloisField& field) : field_(field), m_(field.m())
{
    for (unsigned i = 1; i < m_; ++i) { // 0 and 1 have the same image, zero
        Pivot row{field.multiply(1u << i, 1u << i) ^ 1u << i, 1u << i};
        while (row.image != 0) {
            Pivot& pivot = pivots_[std::bit_width(row.image) - 1];
            if (pivot.image == 0) {
                pivot = row;
                break;
            }
            row = {row.image ^ pivot.image, row.argument ^ pivot.argument};
        }
    }
}

/// x^2 + b x + c = 0, by x = b y: y^2 + y = c / b^2.
bool BchRoots::solve_quadratic(unsigned b, unsigned c, unsigned* roots) const
{
    if (b == 0)
        return false; // twice the same root
    unsigned image = field_.divide(c, field_.multiply(b, b)), y = 0;
    while (image != 0) {
        const Pivot& pivot = pivots_[std::bit_width(image) - 1];
        if (pivot.image == 0)
            return false;
        image ^= pivot.image;
        y ^= pivot.argument;
    }
    roots[0] = field_.multiply(b, y);
    roots[1] = roots[0] ^ b;
    return true;
}

/// Sum of (alpha^basis x)^(2^i).
BchPolynomial BchRoots::trace(const Powers& powers, unsigned basis) const
{
    BchPolynomial sum;
    unsigned scale = field_.power(basis);
    for (unsigned i = 0; i < m_; ++i, scale = field_.multiply(scale, scale))
        for (unsigned k = 0; k < powers.degree; ++k)
            sum.coefficients[k] ^= field_.multiply(scale, powers.at[i][k]);
    sum.degree = powers.degree - 1;
    return sum;
}

bool BchRoots::split(const Powers& powers,
                     const BchPolynomial& factor,
                     unsigned basis,
                     unsigned* roots) const
{
    if (factor.degree == 1) {
        roots[0] = factor.coefficients[0];
        return true;
    }
    if (factor.degree == 2)
        return solve_quadratic(factor.coefficients[1], factor.coefficients[0], roots);
    for (; basis < m_; ++basis) {
        auto remainder = trace(powers, basis);
        reduce(field_, remainder, factor);
        const auto part = greatest_common_divisor(field_, factor, remainder);
        if (part.degree == 0 || part.degree == factor.degree)
            continue;
        return split(powers, part, basis + 1, roots) &&
               split(powers, divide(field_, factor, part), basis + 1, roots + part.degree);
    }
    return false;
}

bool BchRoots::find(const BchPolynomial& polynomial, Roots& roots) const
{
    BchPolynomial monic = polynomial;
    make_monic(field_, monic);
    switch (monic.degree) {
    case 0:
        return true;
    case 1:
        roots[0] = monic.coefficients[0];
        return true;
    case 2:
        return solve_quadratic(monic.coefficients[1], monic.coefficients[0], roots.data());
    default:
        const Powers powers(field_, monic);
        return powers.splits && split(powers, monic, 0, roots.data());
    }
}

} // namespace depinsat::fec
