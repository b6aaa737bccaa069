#include "threads/thread_pool.h"

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <string>
#include <utility>

namespace depinsat::threads {
namespace {

unsigned checked(unsigned cores)
{
    if (cores < 1 || cores > ThreadPool::kMostCores)
        throw std::invalid_argument("cores: " + std::to_string(cores) + " is not in 1 to " +
                                    std::to_string(ThreadPool::kMostCores));
    return cores;
}

} // namespace

ThreadPool::ThreadPool(unsigned cores, std::function<void()> ended)
    : cores_(checked(cores)), notify_(std::move(ended))
{
    threads_.reserve(cores - 1);
    queued_.reserve(capacity());
    running_.reserve(capacity());
    for (unsigned i = 1; i < cores; ++i)
        threads_.emplace_back([this] { work(); });
}

ThreadPool::~ThreadPool()
{
    {
        const Lock lock(mutex_);
        assert(queued_.empty() && running_.empty());
        stopped_ = true;
    }
    queued_or_stopped_.notify_all();
    for (auto& thread : threads_)
        thread.join();
}

// Two more than there are threads: one waits for them, one is run by the starting thread.
size_t ThreadPool::capacity() const
{
    return cores_ == 1 ? 1 : cores_ + 1;
}

void ThreadPool::start(Task& task)
{
    if (cores_ == 1)
        return task.run();
    {
        const Lock lock(mutex_);
        assert(!in_hand(task));
        queued_.push_back(&task);
    }
    queued_or_stopped_.notify_one();
}

bool ThreadPool::in_hand(const Task& task) const
{
    return std::find(queued_.begin(), queued_.end(), &task) != queued_.end() ||
           std::find(running_.begin(), running_.end(), &task) != running_.end();
}

bool ThreadPool::ended(const Task& task) const
{
    const Lock lock(mutex_);
    return !in_hand(task);
}

void ThreadPool::wait(const Task& task)
{
    Lock lock(mutex_);
    while (in_hand(task)) {
        if (queued_.empty())
            ended_.wait(lock);
        else
            run_oldest(lock);
    }
}

void ThreadPool::run_oldest(Lock& lock)
{
    Task* const task = queued_.front();
    queued_.erase(queued_.begin());
    running_.push_back(task);
    lock.unlock();
    task->run();
    lock.lock();
    running_.erase(std::find(running_.begin(), running_.end(), task));
    ended_.notify_all();
}

void ThreadPool::work()
{
    Lock lock(mutex_);
    for (;;) {
        queued_or_stopped_.wait(lock, [this] { return stopped_ || !queued_.empty(); });
        if (queued_.empty())
            return;
        run_oldest(lock);
        if (!notify_)
            continue;
        lock.unlock();
        notify_();
        lock.lock();
    }
}

} // namespace depinsat::threads
