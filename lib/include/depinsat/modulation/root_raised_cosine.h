#pragma once

#include <vector>

namespace depinsat::modulation {

/// Half length in symbols of the filters made by root_raised_cosine(): 10 at roll-off 0.35,
/// 16 at 0.20, 64 at 0.05.
unsigned root_raised_cosine_half_span(double rolloff);

/// Root-raised-cosine filter, windowed (Kaiser, beta 1.5).
///
/// Standard  EN 302 307-1, clause 5.6.
/// Shape     odd length, symmetric, 2 * ceil(half span * samples_per_symbol) + 1 taps; the peak
///           is in the middle. Energy (sum of squares) 1.
/// Accuracy  a pair of them: intersymbol interference below -50 dB of the symbol at integer
///           samples_per_symbol; one: below -45 dB of the pass band beyond
///           (1 + rolloff) / 2 + 0.02 of the symbol rate; shown by root_raised_cosine_test.
///
/// @param samples_per_symbol  1 to 64, need not be an integer.
/// @param rolloff             0.05 to 0.35.
/// @throws std::invalid_argument if a parameter is out of range.
std::vector<float> root_raised_cosine(double samples_per_symbol, double rolloff);

} // namespace depinsat::modulation
