#pragma once

#include "depinsat/channel/awgn.h"
#include "fer/frame_chain.h"

#include <random>

namespace depinsat::fer {

/// Frames over white Gaussian noise, ideally synchronised.
///
/// Seed      equal seeds give equal counts on every machine.
/// Threads   one object per thread.
class Simulation
{
public:
    struct Settings {
        ChainPlan plan;
        double esn0_db;
        unsigned iterations;
        uint64_t seed;
        double llr_scale_db = 0; ///< the demapper takes Es/N0 for so much better than it is
    };

    struct Counts {
        uint64_t frames = 0, frame_errors = 0, undetected_errors = 0, bit_errors = 0,
                 iterations = 0;
    };

    /// @throws std::invalid_argument naming what is wrong.
    explicit Simulation(const Settings&);

    /// One frame more.
    void step();

    /// A frame error is a message that is not what was sent, whether that was noticed or not.
    const Counts& counts() const { return counts_; }
    size_t message_bits() const { return chain_.message_bits(); }

private:
    FrameChain chain_;
    channel::Awgn noise_;
    float assumed_n0_;
    std::mt19937_64 random_;
    std::vector<uint8_t> message_, decoded_;
    std::vector<Sample> symbols_;
    Counts counts_;
};

} // namespace depinsat::fer
