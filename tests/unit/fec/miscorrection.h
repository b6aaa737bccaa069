#pragma once

#include "depinsat/core/bits.h"
#include "depinsat/fec/bch_decoder.h"
#include "depinsat/fec/reed_solomon.h"

#include <cmath>
#include <cstdint>
#include <random>
#include <set>
#include <vector>

namespace depinsat::test {

/// Words with one error more than a decoder corrects, of those it took for another codeword,
/// and how many theory expects.
///
/// Theory: a word of t + 1 errors lies within t of codewords of weight 2 t + 1 that hold them
/// all, and of no other weight. With the weights of a maximum-distance code over q (exact for
/// Reed-Solomon) or of a random code with as many checks (BCH) that is the share of choices(n -
/// t - 1, t) of (q - 1)^t or 2^(m t): 1 / t! where the code is long and as long as its field
/// allows.
struct Miscorrections {
    unsigned words = 0, mistaken = 0;
    double expected = 0;
};

inline double log_of_choices(double n, double t)
{
    return std::lgamma(n + 1) - std::lgamma(t + 1) - std::lgamma(n - t + 1);
}

/// The codeword is zero: the code is linear.
inline Miscorrections
bch_miscorrections(const fec::BchCode& code, unsigned words, unsigned seed)
{
    const double share =
        std::exp(log_of_choices(code.n - code.t - 1, code.t) - code.t * code.m * std::log(2.0));
    Miscorrections count{words, 0, share * words};
    std::mt19937 rng(seed);
    fec::BchDecoder decoder(code);
    std::vector<uint8_t> word(code.n / 8);
    for (unsigned i = 0; i < words; ++i) {
        std::set<unsigned> errors;
        while (errors.size() < code.t + 1)
            errors.insert(unsigned(rng()) % code.n);
        for (const unsigned error : errors)
            flip_bit(word, error);
        if (decoder.decode(word).has_value()) {
            ++count.mistaken;
            std::fill(word.begin(), word.end(), uint8_t(0));
        } else {
            for (const unsigned error : errors)
                flip_bit(word, error);
        }
    }
    return count;
}

inline Miscorrections
reed_solomon_miscorrections(const fec::ReedSolomonCode& code, unsigned words, unsigned seed)
{
    const double symbols = double(code.codeblock_bytes());
    const double share =
        std::exp(log_of_choices(symbols - code.e - 1, code.e) - code.e * std::log(255.0));
    Miscorrections count{words, 0, share * words};
    std::mt19937 rng(seed);
    const fec::ReedSolomonDecoder decoder(code);
    std::vector<uint8_t> word(code.codeblock_bytes());
    for (unsigned i = 0; i < words; ++i) {
        std::set<size_t> errors;
        while (errors.size() < code.e + 1)
            errors.insert(rng() % word.size());
        for (const size_t error : errors)
            word[error] = uint8_t(1 + rng() % 255);
        count.mistaken += decoder.decode(word)->ok();
        std::fill(word.begin(), word.end(), uint8_t(0));
    }
    return count;
}

} // namespace depinsat::test
