#include "depinsat/sync/phase_follower.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

namespace depinsat::sync {

namespace {

constexpr double kTwoPi = 2 * std::numbers::pi;
constexpr double kAgree = 3;       // standard deviations between both ways
constexpr double kMostApart = 0.3; // radians: less than to the middle between two points
constexpr int kReach = 8;          // steps of the grid, from one block to the next
constexpr double kLeastSpread = 1e-4;

/// Of a normal distribution, up to what is the same for all values.
double log_density(double off, double variance)
{
    return -0.5 * off * off / variance;
}

} // namespace

/// The symbols, cut in blocks.
struct PhaseFollower::Task {
    std::span<const Sample> symbols;
    const PhaseLikelihood& likelihood;
    const Walk& walk;
    size_t blocks;

    std::span<const Sample> block(size_t k) const
    {
        const size_t begin = block_begin(k, blocks, symbols.size());
        return symbols.subspan(begin, block_begin(k + 1, blocks, symbols.size()) - begin);
    }

    /// How much the phase wanders from the middle of a block to that of the next, or by half to
    /// its end.
    double spread(double part = 1) const
    {
        return std::max(walk.wander * part * double(symbols.size()) / double(blocks),
                        kLeastSpread);
    }

    /// Goes a block on, in which the phase wanders by `spread`.
    End step(End from, double spread, size_t k) const
    {
        const auto here = block(k);
        const double predicted = from.variance + spread;
        const double measured =
            1 / (std::max(likelihood.information(), 1e-9) * double(here.size()));
        const double off = likelihood.refine(here, {from.phase, walk.gain}).phase - from.phase;
        const double weight = predicted / (predicted + measured);
        return {from.phase + weight * off, weight * measured};
    }

    /// How far two ways may be apart that have not slipped.
    double most_apart() const
    {
        const double variance =
            std::sqrt(walk.wander / std::max(likelihood.information(), 1e-9));
        return std::min(kAgree * std::sqrt(2 * variance), kMostApart);
    }
};

std::span<const PhaseFollower::Block> PhaseFollower::follow(std::span<const Sample> symbols,
                                                            const PhaseLikelihood& likelihood,
                                                            const Walk& walk,
                                                            End before,
                                                            std::optional<End> behind)
{
    const size_t blocks = std::max<size_t>(symbols.size() / std::max<size_t>(walk.block, 1), 1);
    const Task task{symbols, likelihood, walk, blocks};
    blocks_.resize(blocks);
    End way = before;
    for (size_t k = 0; k < blocks; ++k) {
        way = task.step(way, task.spread(k == 0 ? 0.5 : 1), k);
        blocks_[k] = {way.phase, 1};
    }
    if (!behind)
        return blocks_;
    behind->phase = way.phase + std::remainder(behind->phase - way.phase, kTwoPi);
    way = *behind;
    double apart = 0;
    for (size_t k = blocks; k-- > 0;) {
        way = task.step(way, task.spread(k + 1 == blocks ? 0.5 : 1), k);
        apart = std::max(apart, std::abs(way.phase - blocks_[k].phase));
        blocks_[k].phase = 0.5 * (blocks_[k].phase + way.phase);
    }
    if (apart > task.most_apart())
        search(task, before, *behind);
    return blocks_;
}

/// The best score at each phase of a block, from those of the block beside it.
PhaseFollower::Scores PhaseFollower::before_step(const Scores& from, double spread)
{
    std::array<double, kReach + 1> costs;
    for (int step = 0; step <= kReach; ++step)
        costs[size_t(step)] = log_density(kGrid * step, spread);
    Scores scores;
    for (int to = 0; to < kCount; ++to) {
        double best = std::numeric_limits<double>::lowest();
        for (int step = -kReach; step <= kReach; ++step)
            best = std::max(best, from[size_t(to + step + kCount) % kPhases] +
                                      costs[size_t(std::abs(step))]);
        scores[size_t(to)] = best;
    }
    return scores;
}

/// @param scores    of the paths through each phase, which counts from `origin`.
/// @param previous  the phase of the block before.
PhaseFollower::Block PhaseFollower::decide(const Scores& scores, double origin, double previous)
{
    const auto best = int(std::max_element(scores.begin(), scores.end()) - scores.begin());
    double other = std::numeric_limits<double>::lowest();
    for (int state = 0; state < kCount; ++state) {
        const int off = std::abs(state - best);
        if (kGrid * std::min(off, kCount - off) > kMostApart)
            other = std::max(other, scores[size_t(state)]);
    }
    const double phase = origin + kGrid * best;
    return {previous + std::remainder(phase - previous, kTwoPi),
            std::tanh(0.5 * (scores[size_t(best)] - other))};
}

/// The most likely path through each phase of each block; of them the best of a block.
void PhaseFollower::search(const Task& task, End before, End behind)
{
    const double origin = before.phase;
    const auto at_end = [&](End end) {
        Scores scores;
        for (size_t state = 0; state < kPhases; ++state)
            scores[state] =
                log_density(std::remainder(origin + kGrid * double(state) - end.phase, kTwoPi),
                            end.variance + task.spread(0.5));
        return scores;
    };
    const auto add = [](Scores& to, const Scores& what) {
        std::transform(to.begin(), to.end(), what.begin(), to.begin(), std::plus());
    };
    likelihoods_.resize(task.blocks);
    scores_.resize(task.blocks);
    for (size_t k = 0; k < task.blocks; ++k) {
        for (size_t state = 0; state < kPhases; ++state)
            likelihoods_[k][state] = task.likelihood.log_likelihood(
                task.block(k), {origin + kGrid * double(state), task.walk.gain});
        scores_[k] = k == 0 ? at_end(before) : before_step(scores_[k - 1], task.spread());
        add(scores_[k], likelihoods_[k]);
    }
    Scores back = at_end(behind);
    for (size_t k = task.blocks; k-- > 0;) {
        add(scores_[k], back);
        add(back, likelihoods_[k]);
        back = before_step(back, task.spread());
    }
    double previous = origin;
    for (size_t k = 0; k < task.blocks; ++k) {
        blocks_[k] = decide(scores_[k], origin, previous);
        previous = blocks_[k].phase;
    }
}

} // namespace depinsat::sync
