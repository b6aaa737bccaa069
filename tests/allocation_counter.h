#pragma once

#include <cstddef>

namespace depinsat::test {

/// Calls of operator new since the start of the program, which must have allocation_counter.cc
/// among its sources: it replaces the global allocation functions.
size_t allocations();

/// Bytes that those calls asked for, whether given back since or not.
size_t allocated_bytes();

} // namespace depinsat::test
