#pragma once

#include <cstddef>

namespace depinsat {

/// A piece of work that touches nothing but its own memory until it has ended.
class Task
{
public:
    virtual ~Task() = default;

    /// Must not throw.
    virtual void run() = 0;
};

/// Where a kernel has work done at the same time as its own. The caller gives it, since lib/
/// knows no thread.
///
/// Memory    what was written before start() is visible to the task, and what the task wrote is
///           visible once ended() is true or wait() has returned.
/// Threads   all calls for one task come from one thread.
class Executor
{
public:
    virtual ~Executor() = default;

    /// How many tasks are worth having in hand at once; 1 or more.
    virtual size_t capacity() const = 0;

    /// Runs the task once, on any thread, perhaps before returning. It must stay until it has
    /// ended.
    virtual void start(Task&) = 0;

    /// Whether the task has ended, or was never started.
    virtual bool ended(const Task&) const = 0;

    /// Returns when the task has ended.
    virtual void wait(const Task&) = 0;
};

/// Runs each task at once on the thread that starts it.
class InlineExecutor final : public Executor
{
public:
    size_t capacity() const override { return 1; }
    void start(Task& task) override { task.run(); }
    bool ended(const Task&) const override { return true; }
    void wait(const Task&) override {}
};

} // namespace depinsat
