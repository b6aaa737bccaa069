// What of a head, and at it, a station is told.
#include "bridge/ethereum/watch_round.h"
#include "bridge/messages.h"

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

using namespace std::chrono_literals;

constexpr auto kTellAgainTime = 20s;
constexpr auto kNewsLifetime = 30s;
constexpr size_t kPollsOfNews = 64; ///< more of them are told one after the other

} // namespace

bool Watch::is_due(const Station& station, bool new_head) const
{
    return new_head || station.waits || now() - station.last_told > kTellAgainTime;
}

void Watch::tell_all(const Round& round)
{
    for (auto& [peer, station] : stations_)
        if (is_due(station, round.new_head))
            tell(peer, station, round);
}

/// What of the results a station does not have, or expects to hear again.
std::vector<Watch::Watched*> Watch::worth_telling(Station& station, const Round& round)
{
    std::vector<Watched*> worth;
    for (Watched* one : station.all()) {
        if (round.new_head && one->is_receipt() && !one->is_open() && one->heads_left > 0)
            --one->heads_left;
        const auto found = round.results.find(one->poll.call);
        if (found == round.results.end())
            continue;
        // A node may have the block a little before the receipts of it.
        const bool is_none = one->is_receipt() && found->second == kNoResult;
        const bool is_missing =
            one->is_open() && is_none && round.transactions.contains(one->poll.call);
        if (found->second.empty() || is_missing) {
            one->looked_for = false;
            station.waits |= one->is_receipt();
            continue;
        }
        if (is_none && round.new_head && !round.follows)
            one->looked_for = false; // with the next head: here the node may not be ready yet
        const bool same = found->second == one->poll.result;
        if (!same || one->owes_word || !(one->is_open() || one->is_settled()))
            worth.push_back(one);
    }
    return worth;
}

/// Tells the head with what is known at it, in as many messages as that takes.
void Watch::tell(const link::PublicKey& peer, Station& station, const Round& round)
{
    station.waits = std::ranges::any_of(station.receipts, [](const Watched& one) {
        return one.is_open() && !one.looked_for; // it came while the others were asked for
    });
    const auto known = worth_telling(station, round);
    const auto is_new = [&](const Watched* one) {
        return one->owes_word || round.results.at(one->poll.call) != one->poll.result;
    };
    if (station.told == head_ && now() - station.last_told <= kTellAgainTime &&
        std::ranges::none_of(known, is_new))
        return;
    size_t told = 0;
    do {
        const auto some =
            std::span(known).subspan(told, std::min(kPollsOfNews, known.size() - told));
        if (!tell_some(peer, station, round, some)) {
            for (Watched* one : std::span(known).subspan(told))
                one->looked_for = false;
            station.waits = true;
            return;
        }
        told += some.size();
    } while (told < known.size());
    for (auto* polls : {&station.polls, &station.receipts})
        std::erase_if(*polls,
                      [](const Watched& one) { return one.heads_left == 0 && !one.is_open(); });
}

bool Watch::tell_some(const link::PublicKey& peer,
                      Station& station,
                      const Round& round,
                      std::span<Watched* const> known)
{
    NewsContext context{station.told, {}};
    News news{head_, {}};
    for (const Watched* one : known) {
        context.polls.push_back(&one->poll);
        const std::string& result = round.results.at(one->poll.call);
        const auto proven = round.proven.find(one->poll.call);
        if (result == one->poll.result)
            news.results.emplace_back();
        else
            news.results.emplace_back(proven == round.proven.end() ? result : proven->second);
    }
    link::Message message{link::Class::kInteractive, kEthereumNews, encode_news(context, news)};
    if (!link_.send(peer, std::move(message), kNewsLifetime))
        return false;
    for (size_t i = 0; i < known.size(); ++i) {
        Watched& one = *known[i];
        one.owes_word = false;
        if (news.results[i])
            one.poll.result = without_proof(*news.results[i]);
        if (one.is_receipt() && news.results[i])
            one.heads_left = kReceiptHeads + kSettledHeads;
        else if (!one.is_receipt() && round.new_head)
            --one.heads_left;
    }
    station.told = head_;
    station.last_told = now();
    return true;
}

} // namespace depinsat::bridge::ethereum
