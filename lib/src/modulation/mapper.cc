#include "depinsat/modulation/mapper.h"

#include "copy_sample.h"

#include <cassert>

namespace depinsat::modulation {

void map_labels(const Constellation& constellation,
                std::span<const uint8_t> labels,
                std::span<Sample> symbols)
{
    assert(labels.size() == symbols.size());
    const Sample* points = constellation.points.data();
    const unsigned mask = unsigned(constellation.points.size()) - 1;
    for (size_t i = 0; i < labels.size(); ++i)
        copy_sample(points[labels[i] & mask], symbols[i]);
}

} // namespace depinsat::modulation
