#pragma once

#include "depinsat/link/link.h"

#include <list>
#include <map>
#include <optional>
#include <string>

namespace depinsat::bridge::json_rpc {

/// Answers that are good for some time. What has not been asked for longest makes way.
class AnswerCache
{
public:
    explicit AnswerCache(size_t max_bytes) : max_bytes_(max_bytes) {}

    /// @param lifetime  seconds::max(): for ever.
    void put(const std::string& question,
             std::string answer,
             link::Time now,
             std::chrono::seconds lifetime);

    std::optional<std::string> find(const std::string& question, link::Time now);

    size_t bytes() const { return bytes_; }

private:
    struct Entry {
        std::string question, answer;
        link::Time until;
        size_t size() const { return question.size() * 2 + answer.size() + 200; }
    };
    using Entries = std::list<Entry>;
    void drop(Entries::iterator);

    const size_t max_bytes_;
    size_t bytes_ = 0;
    Entries entries_; ///< the last that was asked for first
    std::map<std::string, Entries::iterator> by_question_;
};

} // namespace depinsat::bridge::json_rpc
