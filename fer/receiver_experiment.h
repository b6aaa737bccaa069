#pragma once

#include "depinsat/framing/modcod.h"
#include "fer/experiment.h"
#include "fer/impaired_path.h"

namespace depinsat::fer {

/// Frames from Dvbs2Transmitter over an impaired path to Dvbs2Receiver, or of
/// VL-SNR to Dvbs2VlSnrReceiver.
///
/// A batch is one start: the receiver is switched on within a frame. Its first frame out starts
/// the count; the frames behind it are told apart by numbers that they carry, and each one that
/// does not come out as it was sent is lost. If none comes out of kMostFramesToLock, all are
/// lost.
class ReceiverExperiment : public Experiment
{
public:
    static constexpr unsigned kMostFramesToLock = 64;
    static constexpr double kInTime = 8; ///< frames, from switching on to the first one out

    struct Settings {
        const framing::Modcod* modcod; ///< of framing::find_modcod()
        bool pilots = true;
        double rolloff = 0.20;
        unsigned pl_scrambling_n = 0;
        unsigned iterations = 50;
        unsigned frames_per_start = 500;
        Impairments path;
    };

    /// @throws std::invalid_argument naming what is wrong.
    explicit ReceiverExperiment(const Settings&);

    unsigned batch() const override { return settings_.frames_per_start; }
    Counts run(uint64_t seed, unsigned frames) override;

private:
    Settings settings_;
};

} // namespace depinsat::fer
