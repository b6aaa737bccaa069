#pragma once

#include "fer/experiment.h"
#include "fer/frame_chain.h"

#include <vector>

namespace depinsat::fer {

/// Frames over white Gaussian noise, ideally synchronised.
class FrameExperiment : public Experiment
{
public:
    struct Settings {
        ChainPlan plan;
        double esn0_db;
        double llr_scale_db = 0; ///< the demapper takes Es/N0 for so much better than it is
    };

    /// @throws std::invalid_argument naming what is wrong.
    explicit FrameExperiment(const Settings&);

    unsigned batch() const override;
    Counts run(uint64_t seed, unsigned frames) override;

private:
    double esn0_db_;
    float assumed_n0_;
    FrameChain chain_;
    std::vector<uint8_t> message_, decoded_;
    std::vector<Sample> symbols_;
};

} // namespace depinsat::fer
