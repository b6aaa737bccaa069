#include "demapper_mirrors.h"

#include <cmath>

namespace depinsat::modulation {
namespace {

/// Whether flipping a bit mirrors all points in an axis that they do not cross while it is 0.
/// @param part  component that changes its sign.
/// @param kept  the other one.
/// @return the sign where the bit is 0; 0 if not.
float mirror_sign(std::span<const Sample> points,
                  size_t bit,
                  float (*part)(Sample),
                  float (*kept)(Sample))
{
    const float sign = part(points[0]) < 0 ? -1.0f : 1.0f;
    for (size_t label = 0; label < points.size(); ++label) {
        if (label & bit)
            continue;
        const Sample a = points[label], b = points[label | bit];
        if (part(a) * sign <= 0 || part(b) != -part(a) || kept(b) != kept(a))
            return 0;
    }
    return sign;
}

float in_phase(Sample x)
{
    return x.real();
}
float quadrature(Sample x)
{
    return x.imag();
}

} // namespace

Mirrors find_mirrors(const Constellation& constellation)
{
    Mirrors mirrors;
    const unsigned bits = constellation.bits_per_symbol;
    if (bits < 4)
        return mirrors;
    bool found_i = false, found_q = false;
    for (unsigned bit = 0; bit < bits; ++bit) {
        const size_t mask = size_t(1) << (bits - 1 - bit);
        const auto& points = constellation.points;
        if (const float sign = mirror_sign(points, mask, in_phase, quadrature); sign != 0) {
            found_i = true;
            mirrors.bit_i = bit;
            mirrors.sign_i = sign;
        } else if (const float other = mirror_sign(points, mask, quadrature, in_phase);
                   other != 0) {
            found_q = true;
            mirrors.bit_q = bit;
            mirrors.sign_q = other;
        } else if (mirrors.other_bits < mirrors.bit_of.size()) {
            mirrors.bit_of[mirrors.other_bits++] = bit;
        }
    }
    mirrors.found = found_i && found_q && mirrors.other_bits + 2 == bits;
    if (!mirrors.found)
        return mirrors;
    for (size_t index = 0; index < size_t(1) << mirrors.other_bits; ++index) {
        size_t label = 0;
        for (unsigned k = 0; k < mirrors.other_bits; ++k)
            if (index >> (mirrors.other_bits - 1 - k) & 1)
                label |= size_t(1) << (bits - 1 - mirrors.bit_of[k]);
        const Sample p = constellation.points[label];
        mirrors.points[index] = {std::abs(p.real()), std::abs(p.imag())};
    }
    return mirrors;
}

} // namespace depinsat::modulation
