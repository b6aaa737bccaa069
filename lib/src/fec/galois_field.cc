#include "fec/galois_field.h"

namespace depinsat::fec {

GaloisField::GaloisField(unsigned m, uint32_t polynomial)
    : m_(m), order_((1u << m) - 1), powers_(2 * size_t(order_)), logs_(size_t(order_) + 1)
{
    uint32_t element = 1;
    for (unsigned exponent = 0; exponent < order_; ++exponent) {
        powers_[exponent] = powers_[exponent + order_] = uint16_t(element);
        logs_[element] = uint16_t(exponent);
        element <<= 1;
        if (element >> m != 0)
            element ^= polynomial;
    }
}

} // namespace depinsat::fec
