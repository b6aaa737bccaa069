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

/// Tells the head with what is known at it, in as many messages as that takes.
void Watch::tell(const link::PublicKey& peer, Station& station, const Round& round)
{
    std::vector<Watched*> known;
    bool waits = std::ranges::any_of(station.receipts, [](const Watched& one) {
        return one.is_open() && !one.looked_for; // it came while the others were asked for
    });
    bool changed = station.told != head_ || now() - station.last_told > kTellAgainTime;
    for (Watched* one : station.all()) {
        const auto found = round.results.find(one->poll.call);
        if (found == round.results.end())
            continue;
        // A node may have the block a little before the receipts of it.
        const bool is_missing = one->is_open() && found->second == kNoResult &&
                                round.transactions.contains(one->poll.call);
        if (found->second.empty() || is_missing) {
            one->looked_for = false;
            waits |= one->is_open();
            continue;
        }
        const bool same = found->second == one->poll.result;
        changed |= !same;
        if (!one->is_open() || !same) // what stays open needs no word
            known.push_back(one);
    }
    station.waits = waits;
    if (!changed)
        return;
    size_t told = 0;
    do {
        const auto some =
            std::span(known).subspan(told, std::min(kPollsOfNews, known.size() - told));
        if (!tell_some(peer, station, round, some)) {
            station.waits = true;
            return;
        }
        told += some.size();
    } while (told < known.size());
    for (auto* polls : {&station.polls, &station.receipts})
        std::erase_if(*polls, [](const Watched& one) { return one.heads_left == 0; });
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
        if (news.results[i])
            known[i]->poll.result = without_proof(*news.results[i]);
        if (round.new_head && !known[i]->is_open())
            --known[i]->heads_left;
    }
    station.told = head_;
    station.last_told = now();
    return true;
}

} // namespace depinsat::bridge::ethereum
