#include "depinsat/modulation/constellation.h"

#include <stdexcept>
#include <string>

namespace depinsat::modulation {

const Constellation& find_constellation(std::string_view name)
{
    std::string allowed;
    for (const auto& constellation : constellations()) {
        if (constellation.name == name)
            return constellation;
        allowed += (allowed.empty() ? "" : ", ") + std::string(constellation.name);
    }
    throw std::invalid_argument("constellation \"" + std::string(name) +
                                "\" is not one of: " + allowed);
}

} // namespace depinsat::modulation
