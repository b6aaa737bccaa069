#include "depinsat/channel/awgn.h"

#include <cmath>
#include <stdexcept>

namespace depinsat::channel {

Awgn::Awgn(double es_n0_db, double samples_per_symbol, uint64_t seed)
    : variance_(samples_per_symbol * std::pow(10.0, -es_n0_db / 10.0)),
      deviation_(float(std::sqrt(variance_ / 2.0))),
      gaussian_(seed)
{
    if (!(es_n0_db >= -30.0 && es_n0_db <= 100.0))
        throw std::invalid_argument("Awgn: es_n0_db must be -30 to 100");
    if (!(samples_per_symbol >= 1.0 && samples_per_symbol <= 1e6))
        throw std::invalid_argument("Awgn: samples_per_symbol must be 1 to 1000000");
}

void Awgn::add_to(std::span<Sample> samples)
{
    for (auto& sample : samples) {
        const float i = gaussian_(), q = gaussian_();
        sample += Sample(deviation_ * i, deviation_ * q);
    }
}

} // namespace depinsat::channel
