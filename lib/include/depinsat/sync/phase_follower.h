#pragma once

#include "depinsat/core/types.h"
#include "depinsat/sync/phase_likelihood.h"

#include <array>
#include <numbers>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::sync {

/// Follows a phase that wanders through symbols of unknown data, from what is known at their
/// ends.
///
/// Model     a random walk, block by block: predicted from the block before, corrected by what
///           the likelihood of the symbols tells. A prediction is off by what the phase wanders
///           in a block, so that it stays nearer to the right points than to their neighbours,
///           where interpolation between the ends may not.
/// Slips     one way through may take neighbouring points for the right ones from some block
///           on. So both ways are gone; where they do not agree, all paths over a grid of
///           phases are weighed (the algorithm of Bahl et al. with the maximum for the sum).
/// Cost      two steps of PhaseLikelihood::refine() over the symbols; kPhases of its
///           log_likelihood() where the ways do not agree.
/// Memory    grows with the number of blocks.
class PhaseFollower
{
public:
    struct Walk {
        double wander; ///< variance of the random walk, radians^2 per symbol
        double gain;   ///< amplitude of the symbols
        size_t block;  ///< symbols: the symbols are cut in blocks of about so many
    };

    /// Phase at one end.
    struct End {
        double phase;    ///< radians; of `behind`, up to 2 pi
        double variance; ///< radians^2
    };

    struct Block {
        double phase;     ///< about that in the middle of the block, unwrapped
        double certainty; ///< 1 - 2 * the probability that it is another one, 0 to 1
    };

    /// @param behind  nothing: the path goes forth only.
    /// @return the blocks, which begin at block_begin(); until the next call.
    std::span<const Block> follow(std::span<const Sample> symbols,
                                  const PhaseLikelihood&,
                                  const Walk&,
                                  End before,
                                  std::optional<End> behind);

    static size_t block_begin(size_t index, size_t blocks, size_t symbols)
    {
        return index * symbols / blocks;
    }

private:
    static constexpr int kCount = 64; ///< phases of the grid
    static constexpr size_t kPhases = kCount;
    static constexpr double kGrid = 2 * std::numbers::pi / kCount;
    using Scores = std::array<double, kPhases>;

    struct Task;

    void search(const Task&, End before, End behind);
    static Scores before_step(const Scores&, double spread);
    static Block decide(const Scores&, double origin, double previous);

    std::vector<Block> blocks_;
    std::vector<Scores> likelihoods_; // of a block
    std::vector<Scores> scores_;      // of the paths up to a block, with it
};

} // namespace depinsat::sync
