#include "depinsat/sync/phase_follower.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace depinsat::sync {

namespace {

constexpr double kTwoPi = 2 * std::numbers::pi;
constexpr double kAgree = 3;       // standard deviations between both ways
constexpr double kMostApart = 0.3; // radians: less than to the middle between two points
constexpr int kReach = 8;          // steps of the grid, from one block to the next
constexpr double kLeastSpread = 1e-4;

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

std::span<const double> PhaseFollower::follow(std::span<const Sample> symbols,
                                              const PhaseLikelihood& likelihood,
                                              const Walk& walk,
                                              End before,
                                              std::optional<End> behind)
{
    const size_t blocks = std::max<size_t>(symbols.size() / std::max<size_t>(walk.block, 1), 1);
    const Task task{symbols, likelihood, walk, blocks};
    forth_.resize(blocks);
    End way = before;
    for (size_t k = 0; k < blocks; ++k) {
        way = task.step(way, task.spread(k == 0 ? 0.5 : 1), k);
        forth_[k] = way.phase;
    }
    if (!behind)
        return forth_;
    behind->phase = way.phase + std::remainder(behind->phase - way.phase, kTwoPi);
    way = *behind;
    double apart = 0;
    for (size_t k = blocks; k-- > 0;) {
        way = task.step(way, task.spread(k + 1 == blocks ? 0.5 : 1), k);
        apart = std::max(apart, std::abs(way.phase - forth_[k]));
        forth_[k] = 0.5 * (forth_[k] + way.phase);
    }
    if (apart > task.most_apart())
        search(task, before, *behind);
    return forth_;
}

/// Viterbi over the phases of a grid.
void PhaseFollower::search(const Task& task, End before, End behind)
{
    constexpr auto kCount = int(kPhases);
    const double grid = kTwoPi / kCount;
    const auto phase = [&](int state) {
        return before.phase + grid * state;
    };
    const auto cost = [](double off, double variance) {
        return -0.5 * off * off / variance;
    };
    Scores scores, next;
    steps_.resize(task.blocks);
    for (size_t k = 0; k < task.blocks; ++k) {
        for (int to = 0; to < kCount; ++to) {
            double best = std::numeric_limits<double>::lowest();
            if (k == 0) {
                best = cost(std::remainder(phase(to) - before.phase, kTwoPi),
                            before.variance + task.spread(0.5));
            } else {
                for (int step = -kReach; step <= kReach; ++step) {
                    const double score = scores[size_t(to - step + kCount) % kPhases] +
                                         cost(grid * step, task.spread());
                    if (score > best) {
                        best = score;
                        steps_[k][size_t(to)] = int8_t(step);
                    }
                }
            }
            next[size_t(to)] = best + task.likelihood.log_likelihood(
                                          task.block(k), {phase(to), task.walk.gain});
        }
        scores = next;
    }
    for (int state = 0; state < kCount; ++state)
        scores[size_t(state)] += cost(std::remainder(phase(state) - behind.phase, kTwoPi),
                                      behind.variance + task.spread(0.5));
    auto state = int(std::max_element(scores.begin(), scores.end()) - scores.begin());
    double at = behind.phase + std::remainder(phase(state) - behind.phase, kTwoPi);
    for (size_t k = task.blocks; k-- > 0;) {
        forth_[k] = at;
        const int step = steps_[k][size_t(state)];
        at -= grid * step;
        state = (state - step + kCount) % kCount;
    }
    const double turns = kTwoPi * std::round((forth_.front() - before.phase) / kTwoPi);
    for (double& at_block : forth_)
        at_block -= turns;
}

} // namespace depinsat::sync
