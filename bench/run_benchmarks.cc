#include "run_benchmarks.h"

#include <benchmark/benchmark.h>

#include <cctype>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#define HWY_WANT_AVX3_DL // as in the kernels that gain by it; elsewhere AVX3 runs in its place
#include <hwy/targets.h>

namespace depinsat::bench {

namespace {

std::string target_name(int64_t target)
{
    std::string name = hwy::TargetName(target);
    for (char& c : name)
        c = char(std::tolower(static_cast<unsigned char>(c)));
    return name == "emu128" ? "scalar" : name; // without vectors either way
}

bool hold_to_target(std::string_view wanted)
{
    std::string allowed;
    for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
        const std::string name = target_name(target);
        if (name == wanted) {
            // Better ones have lower bits. Those below stay, for kernels that lack this one.
            hwy::SetSupportedTargetsForTest(~(target - 1));
            benchmark::AddCustomContext("simd", name);
            return true;
        }
        allowed += (allowed.empty() ? "" : ", ") + name;
    }
    std::cerr << "--simd: \"" << wanted << "\" is none of this machine's targets: " << allowed
              << "\n";
    return false;
}

/// Takes --simd and its value out of the arguments.
/// @return nothing if the value is missing.
std::optional<std::string> take_target(std::vector<char*>& arguments)
{
    std::string wanted;
    for (size_t i = 1; i < arguments.size();) {
        const bool apart = std::strcmp(arguments[i], "--simd") == 0;
        if (!apart && std::strncmp(arguments[i], "--simd=", 7) != 0) {
            ++i;
            continue;
        }
        if (apart && i + 1 == arguments.size())
            return std::nullopt;
        wanted = apart ? arguments[i + 1] : arguments[i] + 7;
        if (wanted.empty())
            return std::nullopt;
        const auto first = arguments.begin() + std::ptrdiff_t(i);
        arguments.erase(first, first + (apart ? 2 : 1));
    }
    return wanted;
}

} // namespace

int run_benchmarks(int argc, char** argv)
{
    std::vector<char*> arguments(argv, argv + argc);
    const auto target = take_target(arguments);
    if (!target) {
        std::cerr << "--simd needs a target\n";
        return 2;
    }
    if (!target->empty() && !hold_to_target(*target))
        return 2;
    int count = int(arguments.size());
    arguments.push_back(nullptr);
    benchmark::Initialize(&count, arguments.data());
    if (benchmark::ReportUnrecognizedArguments(count, arguments.data()))
        return 2;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}

} // namespace depinsat::bench
