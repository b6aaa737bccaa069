#include "depinsat/fec/bch_decoder.h"

#include "depinsat/core/bits.h"
#include "fec/bch_remainder.h"
#include "fec/galois_field.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace depinsat::fec {
namespace {

constexpr unsigned kMaxErrors = 12;

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
    for (size_t i = 0; i + shift < to.coefficients.size(); ++i)
        to.coefficients[i + shift] ^= field.multiply(scale, from.coefficients[i]);
}

/// Shortest recurrence that makes the syndromes (Massey 1969).
Locator berlekamp_massey(const GaloisField& field, const Syndromes& syndromes, unsigned count)
{
    Locator locator, previous;
    locator.coefficients[0] = previous.coefficients[0] = 1;
    unsigned previous_discrepancy = 1, shift = 1;
    for (unsigned step = 0; step < count; ++step, ++shift) {
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
        : code(bch_code), remainder(code), field(code.m, code.field_polynomial)
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
            const unsigned exponent = code.n - code.k - 1 - bit;
            for (unsigned i = 1; i <= 2 * code.t; i += 2)
                result[i - 1] ^= field.power(exponent * i % field.order());
        }
        for (unsigned i = 2; i <= 2 * code.t; i += 2)
            result[i - 1] = field.multiply(result[i / 2 - 1], result[i / 2 - 1]);
        return result;
    }

    /// Chien search over the positions of the shortened code.
    /// @return how many roots were found, in `positions` (bit indices).
    unsigned find_errors(const Locator& locator,
                         std::array<unsigned, kMaxErrors>& positions) const
    {
        std::array<unsigned, kMaxErrors> exponents{}, steps{};
        unsigned terms = 0, found = 0;
        for (unsigned i = 1; i <= locator.degree; ++i)
            if (locator.coefficients[i] != 0) {
                exponents[terms] = field.log(locator.coefficients[i]);
                steps[terms++] = field.order() - i; // one position on: times alpha^-i
            }
        for (unsigned power = 0; power < code.n && found < locator.degree; ++power) {
            unsigned sum = 1;
            for (unsigned i = 0; i < terms; ++i) {
                sum ^= field.power(exponents[i]);
                exponents[i] += steps[i];
                exponents[i] -= exponents[i] >= field.order() ? field.order() : 0;
            }
            if (sum == 0)
                positions[found++] = code.n - 1 - power;
        }
        return found;
    }

    const BchCode& code;
    BchRemainder remainder;
    GaloisField field;
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
    assert(codeword.size() == code().n / 8);
    const auto residue = impl_->residue(codeword);
    if (residue == BchRemainder::Value{})
        return 0;

    const auto locator =
        berlekamp_massey(impl_->field, impl_->syndromes(residue), 2 * code().t);
    std::array<unsigned, kMaxErrors> positions{};
    if (locator.degree > code().t || impl_->find_errors(locator, positions) != locator.degree)
        return std::nullopt;
    for (unsigned i = 0; i < locator.degree; ++i)
        flip_bit(codeword, positions[i]);
    return locator.degree;
}

} // namespace depinsat::fec
