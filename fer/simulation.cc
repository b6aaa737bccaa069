#include "fer/simulation.h"

#include <bit>
#include <cmath>

namespace depinsat::fer {

Simulation::Simulation(const Settings& settings)
    : chain_(settings.plan, settings.iterations),
      noise_(settings.esn0_db, 1, settings.seed),
      assumed_n0_(float(std::pow(10.0, -(settings.esn0_db + settings.llr_scale_db) / 10))),
      random_(settings.seed),
      message_((chain_.message_bits() + 7) / 8),
      decoded_(message_.size()),
      symbols_(chain_.symbols())
{}

void Simulation::step()
{
    for (auto& byte : message_)
        byte = uint8_t(random_());
    if (const size_t rest = chain_.message_bits() % 8; rest != 0)
        message_.back() &= uint8_t(0xFF00 >> rest);
    chain_.encode(message_, symbols_);
    noise_.add_to(symbols_);
    const auto result = chain_.decode(symbols_, assumed_n0_, decoded_);

    uint64_t wrong = 0;
    for (size_t i = 0; i < message_.size(); ++i)
        wrong += unsigned(std::popcount(uint8_t(message_[i] ^ decoded_[i])));
    ++counts_.frames;
    counts_.bit_errors += wrong;
    counts_.frame_errors += wrong != 0 || !result.decoded;
    counts_.undetected_errors += wrong != 0 && result.decoded;
    counts_.iterations += result.iterations;
}

} // namespace depinsat::fer
