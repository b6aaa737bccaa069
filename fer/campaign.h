#pragma once

#include "fer/experiment.h"

#include <atomic>
#include <functional>
#include <memory>

namespace depinsat::fer {

struct CampaignSettings {
    uint64_t frames;
    uint64_t max_frame_errors = 0; ///< enough of them: no further batch counts; 0: no such end
    uint64_t seed = 1;
    unsigned threads = 1;
};

/// Runs batches of an experiment until all frames are done.
///
/// Threads   batches are counted in the order of their numbers, which also give their seeds:
///           the counts do not depend on the number of threads.
///
/// @param make      makes the experiment of one thread; called in the caller's.
/// @param progress  called about twice a second with the counts so far, in the caller's thread.
/// @param stop      once set, the batches that have begun are the last.
/// @throws what `make` throws.
Counts run_campaign(const std::function<std::unique_ptr<Experiment>()>& make,
                    const CampaignSettings& settings,
                    const std::function<void(const Counts&)>& progress,
                    const std::atomic<bool>& stop);

} // namespace depinsat::fer
