#pragma once

#include "depinsat/core/types.h"
#include "depinsat/sync/phase_likelihood.h"

#include <array>
#include <cstdint>
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
///           on. So both ways are gone; where they do not agree, the most likely of all paths
///           over a grid of phases is searched (Viterbi).
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

    /// @param behind  nothing: the path goes forth only.
    /// @return about the phase in each block, unwrapped; until the next call. The blocks begin
    ///         at block_begin().
    std::span<const double> follow(std::span<const Sample> symbols,
                                   const PhaseLikelihood&,
                                   const Walk&,
                                   End before,
                                   std::optional<End> behind);

    static size_t block_begin(size_t index, size_t blocks, size_t symbols)
    {
        return index * symbols / blocks;
    }

private:
    static constexpr size_t kPhases = 64; ///< of the circle
    using Scores = std::array<double, kPhases>;

    struct Task;

    void search(const Task&, End before, End behind);

    std::vector<double> forth_, back_;
    std::vector<std::array<int8_t, kPhases>> steps_;
};

} // namespace depinsat::sync
