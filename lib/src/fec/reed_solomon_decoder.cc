#include "fec/ccsds_field.h"
#include "fec/reed_solomon_tables.h"

#include <algorithm>
#include <array>

namespace depinsat::fec {
namespace {

constexpr unsigned kMostErrors = 16;

// Lowest power first.
struct Locator {
    std::array<uint8_t, 2 * kMostErrors + 2> at{};
    unsigned degree = 0; ///< length of the shift register
};

struct Error {
    unsigned symbol; ///< of the unshortened codeword
    uint8_t value;
};

struct Errors {
    std::array<Error, kMostErrors> at;
    unsigned count = 0;
};

// Berlekamp-Massey: the shortest shift register that produces the syndromes. Registers longer
// than e are given up at the end; their upper coefficients are never looked at.
Locator find_locator(const uint8_t* syndromes, unsigned count)
{
    Locator now, before;
    now.at[0] = before.at[0] = 1;
    uint8_t discrepancy_before = 1;
    unsigned shift = 1;
    for (unsigned n = 0; n < count; ++n) {
        uint8_t discrepancy = syndromes[n];
        for (unsigned i = 1; i <= now.degree; ++i)
            discrepancy ^= kCcsdsField.multiply(now.at[i], syndromes[n - i]);
        if (discrepancy != 0) {
            const Locator old = now;
            const uint8_t factor = kCcsdsField.divide(discrepancy, discrepancy_before);
            for (unsigned i = 0; i <= before.degree && i + shift < now.at.size(); ++i)
                now.at[i + shift] ^= kCcsdsField.multiply(factor, before.at[i]);
            if (2 * old.degree <= n) {
                now.degree = n + 1 - old.degree;
                before = old;
                discrepancy_before = discrepancy;
                shift = 0;
            }
        }
        ++shift;
    }
    return now;
}

// Chien search. @return false unless there are as many roots as the degree says, all of them
// among the symbols that were sent.
bool find_positions(const ReedSolomonCode& code, const Locator& locator, Errors& errors)
{
    if (locator.degree == 0 || locator.degree > code.e || locator.at[locator.degree] == 0)
        return false;
    alignas(64) std::array<uint8_t, 256> values;
    sum_of_products(half_byte_products(Basis::kConventional),
                    reed_solomon_tables(code.e).search_rows.data(), values.size(),
                    locator.at.data(), 1, locator.degree + 1, values.data());
    for (unsigned symbol = 0; symbol < 255; ++symbol) {
        if (values[symbol] != 0)
            continue;
        if (symbol < code.virtual_fill || errors.count == locator.degree)
            return false;
        errors.at[errors.count++].symbol = symbol;
    }
    return errors.count == locator.degree;
}

// Forney: value = X^(1 - b) * omega(1/X) / lambda'(1/X), X = beta^(254 - symbol), first root
// beta^b.
void find_values(const ReedSolomonCode& code,
                 const Locator& locator,
                 const uint8_t* syndromes,
                 Errors& errors)
{
    std::array<uint8_t, kMostErrors> omega{};
    for (unsigned i = 0; i < locator.degree; ++i)
        for (unsigned j = 0; j <= i; ++j)
            omega[i] ^= kCcsdsField.multiply(locator.at[j], syndromes[i - j]);
    const unsigned b = 128 - code.e;
    for (unsigned n = 0; n < errors.count; ++n) {
        const unsigned inverse_log = (errors.at[n].symbol + 1) % 255; // of 1/X
        const uint8_t inverse = kCcsdsField.power(inverse_log);
        const uint8_t square = kCcsdsField.multiply(inverse, inverse);
        uint8_t numerator = 0, denominator = 0;
        for (unsigned i = locator.degree; i-- > 0;)
            numerator = uint8_t(kCcsdsField.multiply(numerator, inverse) ^ omega[i]);
        for (unsigned i = (locator.degree - 1) / 2 + 1; i-- > 0;)
            denominator =
                uint8_t(kCcsdsField.multiply(denominator, square) ^ locator.at[2 * i + 1]);
        const uint8_t scale = kCcsdsField.power(inverse_log * (b - 1) % 255);
        errors.at[n].value =
            kCcsdsField.multiply(scale, kCcsdsField.divide(numerator, denominator));
    }
}

// The difference between the parity that came and the one that belongs to the data.
bool find_difference(const ReedSolomonCode& code, const uint8_t* codeword, uint8_t* difference)
{
    remainder(code, half_byte_products(code.dual_basis ? Basis::kDualIn : Basis::kConventional),
              codeword, difference);
    const uint8_t* parity = codeword + code.data_bytes();
    uint8_t any = 0;
    for (unsigned i = 0; i < code.parity_symbols(); ++i) {
        const uint8_t came = parity[i * code.interleaving];
        difference[i] ^= code.dual_basis ? kDualBasis.to_conventional[came] : came;
        any |= difference[i];
    }
    return any != 0;
}

void correct(const ReedSolomonCode& code, const Errors& errors, uint8_t* codeword)
{
    for (unsigned n = 0; n < errors.count; ++n) {
        const auto [symbol, value] = errors.at[n];
        codeword[(symbol - code.virtual_fill) * code.interleaving] ^=
            code.dual_basis ? kDualBasis.from_conventional[value] : value;
    }
}

// @return symbols corrected, or nothing if there are too many errors.
std::optional<unsigned> decode_codeword(const ReedSolomonCode& code, uint8_t* codeword)
{
    alignas(64) std::array<uint8_t, 32> difference;
    if (!find_difference(code, codeword, difference.data()))
        return 0;
    alignas(64) std::array<uint8_t, 32> syndromes;
    const unsigned count = code.parity_symbols();
    sum_of_products(half_byte_products(Basis::kConventional),
                    reed_solomon_tables(code.e).syndrome_rows.data(), count, difference.data(),
                    1, count, syndromes.data());
    const Locator locator = find_locator(syndromes.data(), count);
    Errors errors;
    if (!find_positions(code, locator, errors))
        return {};
    find_values(code, locator, syndromes.data(), errors);
    correct(code, errors, codeword);
    return errors.count;
}

} // namespace

ReedSolomonDecoder::ReedSolomonDecoder(const ReedSolomonCode& code) : code_(code)
{
    code_.check();
    reed_solomon_tables(code_.e); // made here, not by the first frame
    half_byte_products(Basis::kConventional);
}

std::optional<ReedSolomonResult> ReedSolomonDecoder::decode(std::span<uint8_t> codeblock) const
{
    if (codeblock.size() != code_.codeblock_bytes())
        return {};
    ReedSolomonResult result;
    for (unsigned first = 0; first < code_.interleaving; ++first) {
        if (const auto corrected = decode_codeword(code_, codeblock.data() + first))
            result.corrected += *corrected;
        else
            ++result.failed;
    }
    return result;
}

} // namespace depinsat::fec
