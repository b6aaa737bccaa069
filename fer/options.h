#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace depinsat::fer {

/// What the command line asks for.
struct Options {
    std::string code, modcod, frame_size = "normal", modulation = "QPSK";
    std::optional<double> esn0_db, ebn0_db, loss;
    double llr_scale_db = 0;
    unsigned iterations = 50, interleaving = 1, overhead = 0, threads = 1;
    std::optional<size_t> message_bytes;
    uint64_t frames = 0, max_frame_errors = 0, seed = 1;
    bool list = false;

    /// @throws std::invalid_argument if what is asked for does not fit together.
    void check() const;
};

void describe(CLI::App& app, Options& options);

/// Names of codes, MODCODs and modulations, a line each, with what it is in front.
std::string list_names();

} // namespace depinsat::fer
