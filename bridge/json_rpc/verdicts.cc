#include "bridge/json_rpc/verdicts.h"

#include <algorithm>

namespace depinsat::bridge::json_rpc {

Verdicts::Name Verdicts::name_of(const link::PublicKey& peer, const link::MessageKey& key)
{
    Name name{peer, {}};
    std::copy_n(key.begin(), name.second.size(), name.second.begin());
    return name;
}

bool Verdicts::ask(const Name& name, link::Time now, link::Time deadline, Done done)
{
    if (const auto known = kept_.find(name); known != kept_.end()) {
        done(known->second);
        return true;
    }
    forget_late(now);
    if (asked_.size() >= kMaxAsked)
        return false;
    asked_.emplace(name, Question{deadline, std::move(done)});
    return true;
}

void Verdicts::put(const Name& name, std::string result, link::Time now)
{
    const auto [begin, end] = asked_.equal_range(name);
    std::vector<Question> questions;
    for (auto one = begin; one != end; ++one)
        questions.push_back(std::move(one->second));
    asked_.erase(begin, end);
    for (const auto& question : questions)
        if (question.deadline > now)
            question.done(result);
    if (!kept_.contains(name))
        order_.push_back(name);
    bytes_ -= kept_[name].size();
    bytes_ += result.size();
    kept_[name] = std::move(result);
    while (kept_.size() > kMaxKept || bytes_ > kMaxKeptBytes)
        drop_oldest();
}

void Verdicts::forget_late(link::Time now)
{
    std::erase_if(asked_, [&](const auto& entry) { return entry.second.deadline <= now; });
}

void Verdicts::drop_oldest()
{
    const auto oldest = kept_.find(order_.front());
    order_.pop_front();
    bytes_ -= oldest->second.size();
    kept_.erase(oldest);
}

} // namespace depinsat::bridge::json_rpc
