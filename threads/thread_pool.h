#pragma once

#include "depinsat/core/executor.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace depinsat::threads {

/// Executor on several cores: the thread that starts the tasks counts as one of them.
///
/// One core   has no thread: start() runs the task.
/// Waiting    for a task, the starting thread runs others that no thread has taken yet.
/// Memory     taken in the constructor, for capacity() tasks in hand.
/// Threads    start(), ended() and wait() may be called from any, at the same time as well.
class ThreadPool final : public Executor
{
public:
    static constexpr unsigned kMostCores = 64;

    /// @param ended  called after each task that ended on a thread of the pool, on that thread:
    ///               to wake the one that waits for it; must not throw.
    /// @throws std::invalid_argument if cores is 0 or more than kMostCores.
    explicit ThreadPool(unsigned cores, std::function<void()> ended = {});

    /// All tasks must have ended.
    ~ThreadPool() override;

    size_t capacity() const override;
    void start(Task&) override;
    bool ended(const Task&) const override;
    void wait(const Task&) override;

private:
    using Lock = std::unique_lock<std::mutex>;

    void work();
    void run_oldest(Lock&);
    bool in_hand(const Task&) const;

    unsigned cores_;
    std::function<void()> notify_;
    mutable std::mutex mutex_;
    std::condition_variable queued_or_stopped_, ended_;
    std::vector<Task*> queued_;        // oldest first
    std::vector<const Task*> running_; // in no order
    bool stopped_ = false;
    std::vector<std::thread> threads_;
};

} // namespace depinsat::threads
