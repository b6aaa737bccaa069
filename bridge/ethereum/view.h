#pragma once

#include "bridge/ethereum/news.h"

#include "depinsat/link/link.h"

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>

namespace depinsat::bridge::ethereum {

/// What a user station knows of the chain by its gateway's news: enough to answer its clients'
/// polls without the link.
///
/// Lifetimes  for good: chain id, network; with the head: its number, recent blocks, what
///            is_poll() tells, receipts of transactions that the station carried. Everything
///            else is not known here.
/// Old        nothing but the first is told once kMaxAge has passed without news.
/// Order      a head whose parent is not the one before is counted (a reorganisation, or blocks
///            that were skipped); blocks that it replaces are forgotten.
class View
{
public:
    static constexpr std::chrono::seconds kMaxAge{45};
    static constexpr size_t kMaxBlocks = 16, kMaxPolls = 64;

    enum class Taken {
        kNew,      ///< a head, or what belongs to it
        kUnusable, ///< made against what this station does not have: all is to be sent anew
    };

    struct Stats {
        uint64_t heads = 0, reorganisations = 0, skipped = 0, unusable = 0;
        uint64_t local_answers = 0, remote_answers = 0;
        uint64_t false_receipts = 0; ///< whose proof is wrong
    };

    /// Takes news of the gateway; anything may be in them.
    Taken take_news(std::span<const uint8_t>, link::Time now);

    /// Remembers the answer to a call that went over the link.
    /// @param asked  heads() when it went out: an answer from before the head is not told
    ///               again.
    void take_answer(const std::string& call,
                     const std::string& result,
                     uint64_t asked,
                     link::Time now);

    /// Expects the receipt of a transaction.
    void follow(Poll receipt);

    /// The result of a call, if it is known.
    std::optional<std::string> answer(const std::string& call, link::Time now);

    /// Whether the receipt was proven against the header of its block. A receipt whose proof is
    /// wrong is not taken at all.
    bool is_verified(const std::string& receipt_call) const;

    /// Forgets all but what holds for good, as when another gateway is used.
    void forget();

    uint64_t heads() const { return stats_.heads; }
    const Json& head() const { return head_; } ///< null before the first
    bool is_fresh(link::Time now) const { return !head_.is_null() && now < good_until_; }
    const Stats& stats() const { return stats_; }

private:
    struct Known {
        Poll poll;
        bool current = false;  ///< as of head_
        bool verified = false; ///< of receipts
    };

    std::optional<std::string> block_answer(const Json& params, bool by_hash) const;
    void keep(Json head);
    void take_result(Known&, const std::string& result);
    void take_receipt(Known&, const Json& result);
    Known* find(const PollId&);

    Json head_;
    std::deque<Json> blocks_; ///< the latest last
    std::map<std::string, Known> polls_;
    std::map<std::string, std::string> constants_; ///< results by call
    link::Time good_until_{};
    Stats stats_;
};

} // namespace depinsat::bridge::ethereum
