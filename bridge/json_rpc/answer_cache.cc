#include "bridge/json_rpc/answer_cache.h"

namespace depinsat::bridge::json_rpc {

void AnswerCache::put(const std::string& question,
                      std::string answer,
                      link::Time now,
                      std::chrono::seconds lifetime)
{
    constexpr size_t kOverhead = 200;
    const bool for_ever = lifetime == std::chrono::seconds::max();
    const size_t bytes = answer.size() + kOverhead;
    const link::Time until = for_ever ? link::Time::max() : now + lifetime;
    answers_.put(question, {std::move(answer), until}, bytes);
}

std::optional<std::string> AnswerCache::find(const std::string& question, link::Time now)
{
    const Answer* known = answers_.find(question);
    if (!known)
        return {};
    if (known->until > now)
        return known->text;
    answers_.drop(question);
    return {};
}

} // namespace depinsat::bridge::json_rpc
