#pragma once

#include <cstddef>

namespace depinsat::test {

/// Calls of operator new since the start of a test program that links count_allocations.cc.
size_t allocations();

} // namespace depinsat::test
