#include "fer/campaign.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

namespace depinsat::fer {
namespace {

/// Which batches are taken and counted.
class Ledger
{
public:
    Ledger(const CampaignSettings& settings, unsigned batch, const std::atomic<bool>& stop)
        : settings_(settings), batch_(batch), stop_(stop)
    {}

    struct Batch {
        uint64_t number, seed;
        unsigned frames; ///< 0: there is nothing left to do
    };

    Batch take()
    {
        const std::lock_guard lock(mutex_);
        const uint64_t done = taken_ * batch_;
        if (ended_ || stop_ || done >= settings_.frames)
            return {};
        const auto frames = unsigned(std::min<uint64_t>(batch_, settings_.frames - done));
        const uint64_t number = taken_++;
        std::seed_seq mix{settings_.seed, settings_.seed >> 32, number, number >> 32};
        uint32_t words[2];
        mix.generate(std::begin(words), std::end(words));
        return {number, uint64_t(words[0]) << 32 | words[1], frames};
    }

    void put(const Batch& batch, const Counts& counts)
    {
        const std::lock_guard lock(mutex_);
        waiting_[batch.number] = counts;
        for (auto first = waiting_.begin();
             !ended_ && first != waiting_.end() && first->first == counted_;
             first = waiting_.erase(first), ++counted_) {
            counts_ += first->second;
            ended_ = settings_.max_frame_errors != 0 &&
                     counts_.frame_errors >= settings_.max_frame_errors;
        }
    }

    void fail(std::exception_ptr failure)
    {
        const std::lock_guard lock(mutex_);
        failure_ = std::move(failure);
        ended_ = true;
    }

    Counts counts()
    {
        const std::lock_guard lock(mutex_);
        if (failure_)
            std::rethrow_exception(failure_);
        return counts_;
    }

private:
    CampaignSettings settings_;
    unsigned batch_;
    const std::atomic<bool>& stop_;
    std::mutex mutex_;
    uint64_t taken_ = 0, counted_ = 0;
    std::map<uint64_t, Counts> waiting_; ///< for batches of lower numbers
    Counts counts_;
    bool ended_ = false;
    std::exception_ptr failure_;
};

void work(Experiment& experiment, Ledger& ledger)
{
    for (auto batch = ledger.take(); batch.frames != 0; batch = ledger.take())
        ledger.put(batch, experiment.run(batch.seed, batch.frames));
}

} // namespace

Counts run_campaign(const std::function<std::unique_ptr<Experiment>()>& make,
                    const CampaignSettings& settings,
                    const std::function<void(const Counts&)>& progress,
                    const std::atomic<bool>& stop)
{
    std::vector<std::unique_ptr<Experiment>> experiments(std::max(settings.threads, 1u));
    for (auto& experiment : experiments)
        experiment = make();
    Ledger ledger(settings, experiments.front()->batch(), stop);

    std::mutex mutex;
    std::condition_variable ended;
    size_t working = experiments.size();
    std::vector<std::jthread> threads;
    for (const auto& experiment : experiments)
        threads.emplace_back([&, one = experiment.get()] {
            try {
                work(*one, ledger);
            } catch (...) {
                ledger.fail(std::current_exception());
            }
            const std::lock_guard lock(mutex);
            --working;
            ended.notify_one();
        });

    std::unique_lock lock(mutex);
    while (!ended.wait_for(lock, std::chrono::milliseconds(500), [&] { return working == 0; }))
        progress(ledger.counts());
    return ledger.counts();
}

} // namespace depinsat::fer
