#pragma once

#include "bridge/recently_used.h"

#include "depinsat/link/link.h"

#include <optional>
#include <string>

namespace depinsat::bridge::json_rpc {

/// Answers that are good for some time. What has not been asked for longest makes way.
class AnswerCache
{
public:
    explicit AnswerCache(size_t max_bytes) : answers_(max_bytes) {}

    /// @param lifetime  seconds::max(): for ever.
    void put(const std::string& question,
             std::string answer,
             link::Time now,
             std::chrono::seconds lifetime);

    std::optional<std::string> find(const std::string& question, link::Time now);

    size_t bytes() const { return answers_.bytes(); }

private:
    struct Answer {
        std::string text;
        link::Time until;
    };
    RecentlyUsed<Answer> answers_; ///< by question
};

} // namespace depinsat::bridge::json_rpc
