#include "depinsat/fec/bch_decoder.h"

#include "depinsat/core/bits.h"
#include "fec/bch_remainder.h"
#include "fec/bch_roots.h"
#include "fec/galois_field.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace depinsat::fec {
namespace {

constexpr unsigned kMaxErrors = kBchMaxErrors;

/// S_1 ... S_2t at [0] ... [2t - 1]: the received polynomial at alpha, alpha^2 ...
using Syndromes = std::array<unsigned, 2 * kMaxErrors>;

/// A polynomial whose roots are the inverses of the error positions; [0] is the constant, 1.
struct Locator {
    std::array<unsigned, 2 * kMaxErrors + 1> coefficients{};
    unsigned degree = 0;
};

unsigned discrepancy(const GaloisField& field,
                     const Syndromes& syndromes,
                     const Locator& locator,
                     unsigned step)
{
    unsigned sum = syndromes[step];
    for (unsigned i = 1; i <= std::min(locator.degree, step); ++i)
        sum ^= field.multiply(locator.coefficients[i], syndromes[step - i]);
    return sum;
}

/// to -= scale * x^shift * from
void subtract_shifted(
    const GaloisField& field, Locator& to, const Locator& from, unsigned scale, unsigned shift)
{
    for (size_t i = 0; i <= from.degree && i + shift < to.coefficients.size(); ++i)
        to.coefficients[i + shift] ^= field.multiply(scale, from.coefficients[i]);
}

/// Shortest recurrence that makes the syndromes (Massey 1969). Each S_2i is the square of S_i,
/// so every other discrepancy is zero.
Locator berlekamp_massey(const GaloisField& field, const Syndromes& syndromes, unsigned count)
{
    Locator locator, previous;
    locator.coefficients[0] = previous.coefficients[0] = 1;
    unsigned previous_discrepancy = 1, shift = 1;
    for (unsigned step = 0; step < count; step += 2, shift += 2) {
        const unsigned d = discrepancy(field, syndromes, locator, step);
        if (d == 0)
            continue;
        const Locator before = locator;
        subtract_shifted(field, locator, previous, field.divide(d, previous_discrepancy),
                         shift);
        if (2 * before.degree <= step) {
            locator.degree = step + 1 - before.degree;
            previous = before;
            previous_discrepancy = d;
            shift = 0;
        }
    }
    return locator;
}

} // namespace

struct BchDecoder::Impl {
    explicit Impl(const BchCode& bch_code)
        : code(bch_code),
          remainder(code),
          field(code.m, code.field_polynomial),
          root_finder(field)
    {
        assert(code.t <= kMaxErrors);
    }

    /// Received parity minus that of the received message: zero if there are no errors.
    BchRemainder::Value residue(std::span<const uint8_t> codeword) const
    {
        auto value = remainder.of(codeword, code.k);
        const auto parity = read_parity(codeword, code.k);
        for (size_t i = 0; i < value.size(); ++i)
            value[i] ^= parity[i];
        return value;
    }

    /// The residue differs from the received polynomial by a multiple of the generator, so it
    /// has the same values at the generator's roots.
    Syndromes syndromes(const BchRemainder::Value& residue) const
    {
        Syndromes result{};
        for (unsigned bit = 0; bit < code.n - code.k; ++bit) {
            if ((residue[bit / 64] >> (63 - bit % 64) & 1) == 0)
                continue;
            unsigned exponent = code.n - code.k - 1 - bit; // below the order
            const unsigned twice = add(exponent, exponent);
            for (unsigned i = 1; i <= 2 * code.t; i += 2) {
                result[i - 1] ^= field.power(exponent);
                exponent = add(exponent, twice);
            }
        }
        for (unsigned i = 2; i <= 2 * code.t; i += 2)
            result[i - 1] = field.multiply(result[i / 2 - 1], result[i / 2 - 1]);
        return result;
    }

    /// Sum of two exponents of alpha.
    unsigned add(unsigned a, unsigned b) const
    {
        const unsigned sum = a + b;
        return sum < field.order() ? sum : sum - field.order();
    }

    /// @return whether all errors were found, in `positions` (bit indices).
    bool find_errors(const Locator& locator, BchRoots::Roots& positions) const
    {
        if (locator.degree > code.t)
            return false;
        BchPolynomial polynomial;
        std::copy_n(locator.coefficients.begin(), locator.degree + 1,
                    polynomial.coefficients.begin());
        polynomial.degree = locator.degree;
        if (polynomial.coefficients[locator.degree] == 0 ||
            !root_finder.find(polynomial, positions))
            return false;
        for (unsigned i = 0; i < locator.degree; ++i) {
            const unsigned power = field.log(field.divide(1, positions[i]));
            if (power >= code.n)
                return false; // where the shortened code has no bit
            positions[i] = code.n - 1 - power;
        }
        return true;
    }

    const BchCode& code;
    BchRemainder remainder;
    GaloisField field;
    BchRoots root_finder;
};

BchDecoder::BchDecoder(const BchCode& code) : impl_(std::make_unique<Impl>(code)) {}
BchDecoder::~BchDecoder() = default;
BchDecoder::BchDecoder(BchDecoder&&) noexcept = default;
BchDecoder& BchDecoder::operator=(BchDecoder&&) noexcept = default;

const BchCode& BchDecoder::code() const
{
    return impl_->code;
}

std::optional<unsigned> BchDecoder::decode(std::span<uint8_t> codeword)
{
    if (codeword.size() != code().n / 8)
        return std::nullopt;
    const auto residue = impl_->residue(codeword);
    if (residue == BchRemainder::Value{})
        return 0;

    const auto locator =
        berlekamp_massey(impl_->field, impl_->syndromes(residue), 2 * code().t);
    BchRoots::Roots positions{};
    if (!impl_->find_errors(locator, positions))
        return std::nullopt;
    for (unsigned i = 0; i < locator.degree; ++i)
        flip_bit(codeword, positions[i]);
    return locator.degree;
}

} // namespace depinsat::fec
