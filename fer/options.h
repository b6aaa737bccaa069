#pragma once

#include "depinsat/channel/phase_noise.h"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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

    std::string synchronisation = "ideal", pilots = "on", phase_noise_mask = "none";
    double rolloff = 0.20, cfo = 0, clock_ppm = 0, doppler_rate_hz_per_s = 0;
    double samples_per_symbol = 2, symbol_rate_baud = 1e6;
    unsigned pl_scrambling_n = 0, frames_per_start = 500;
    bool spectral_inversion = false;

    /// @throws std::invalid_argument if what is asked for does not fit together.
    void check() const;

    bool through_receiver() const { return synchronisation == "receiver"; }
};

void describe(CLI::App& app, Options& options);

/// "none", "lnb", or points "HZ:DBC,HZ:DBC".
/// @throws std::invalid_argument if it is something else.
std::vector<channel::PhaseNoisePoint> parse_phase_noise_mask(const std::string& text);

/// Names of codes, MODCODs and modulations, a line each, with what it is in front.
std::string list_names();

} // namespace depinsat::fer
