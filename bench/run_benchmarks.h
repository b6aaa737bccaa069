#pragma once

namespace depinsat::bench {

/// What every program here does once its benchmarks are registered: reads Google Benchmark's
/// options and --simd TARGET (or --simd=TARGET), and runs.
///
/// --simd holds all kernels of depinsat to one SIMD target of this machine; peers are what they
/// are. The report's context says which it was.
/// @return status of the program: not 0 if an option or the target is unknown, in which case
///         the allowed targets are printed.
int run_benchmarks(int argc, char** argv);

} // namespace depinsat::bench
