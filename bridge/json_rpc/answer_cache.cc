#include "bridge/json_rpc/answer_cache.h"

namespace depinsat::bridge::json_rpc {

void AnswerCache::put(const std::string& question,
                      std::string answer,
                      link::Time now,
                      std::chrono::seconds lifetime)
{
    if (const auto known = by_question_.find(question); known != by_question_.end())
        drop(known->second);
    const bool for_ever = lifetime == std::chrono::seconds::max();
    Entry entry{question, std::move(answer), for_ever ? link::Time::max() : now + lifetime};
    if (entry.size() > max_bytes_)
        return;
    while (bytes_ + entry.size() > max_bytes_)
        drop(std::prev(entries_.end()));
    bytes_ += entry.size();
    entries_.push_front(std::move(entry));
    by_question_[question] = entries_.begin();
}

std::optional<std::string> AnswerCache::find(const std::string& question, link::Time now)
{
    const auto known = by_question_.find(question);
    if (known == by_question_.end())
        return {};
    if (known->second->until <= now) {
        drop(known->second);
        return {};
    }
    entries_.splice(entries_.begin(), entries_, known->second);
    return known->second->answer;
}

void AnswerCache::drop(Entries::iterator entry)
{
    bytes_ -= entry->size();
    by_question_.erase(entry->question);
    entries_.erase(entry);
}

} // namespace depinsat::bridge::json_rpc
