#pragma once

#include "depinsat/core/types.h"

#include <cstring>

namespace depinsat::modulation {

/// Copies I and Q in one move: compilers make two of an assignment.
inline void copy_sample(const Sample& from, Sample& to)
{
    std::memcpy(&to, &from, sizeof(Sample));
}

} // namespace depinsat::modulation
